// ELECTRA (Clark et al. 2020, arXiv:2003.10555): BERT whose tables may be narrower than its layers.
#include "encoder/import/families/config_keys.h"
#include "encoder/import/families/list.h"

namespace sbert::encoder {

void read_electra(const JsonValue &config, TransformerSpec &spec, TensorNames &names)
{
    names.add_prefix("electra.");
    read_bert_keys(config, spec, {.hidden_size = 256, .heads = 4, .intermediate_size = 1024});
    const int32_t width = read_size(config, "embedding_size", 128);
    spec.embedding_size = width != spec.hidden_size ? width : 0;
}

} // namespace sbert::encoder
