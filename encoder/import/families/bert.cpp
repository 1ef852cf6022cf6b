// BERT (Devlin et al. 2019, arXiv:1810.04805): the family whose names and defaults all others are
// told by.
#include "encoder/import/families/config_keys.h"
#include "encoder/import/families/list.h"

namespace sbert::encoder {

void read_bert(const JsonValue &config, TransformerSpec &spec, TensorNames &names)
{
    read_bert_keys(config, spec);
    names.add_prefix("bert.");
}

} // namespace sbert::encoder
