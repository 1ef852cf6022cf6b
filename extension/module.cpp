// The module's magic block and what happens when the server loads it. Nothing here opens a model or
// a file, or starts a thread.
#include "extension/activity.h"
#include "extension/functions/models.h"
#include "extension/guc.h"
#include "extension/pg.h"

#include "extension/ivf/nearest_path.h"
#include "extension/ivf/options.h"

extern "C" {
PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);
void _PG_init(void)
{
    sbert::guc_init();
    sbert::discard_init();
    sbert::activity_init();
    sbert::ivf::options_init();
    sbert::ivf::nearest_path_init();
}
}
