// The module vector.so: the access methods hnsw and ivfflat under pgvector's names. It is another
// module than sbert.so because its settings are pgvector's, which a session may have beside sbert.
#include "extension/vector/method.h"

namespace sbert {

// The functions of this module are declared by an extension of their own, whose version is
// pgvector's.
const Pg_finfo_record *function_info() { return unchecked_function_info(); }

} // namespace sbert

extern "C" {
PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);
void _PG_init(void)
{
    sbert::vector::hnsw_init();
    sbert::vector::ivfflat_init();
}
}
