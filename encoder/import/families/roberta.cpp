// RoBERTa (Liu et al. 2019, arXiv:1907.11692), XLM-RoBERTa (Conneau et al. 2020, arXiv:1911.02116)
// and CamemBERT (Martin et al. 2020, arXiv:1911.03894): BERT with positions that begin behind the
// padding token's id.
#include "encoder/import/families/config_keys.h"
#include "encoder/import/families/list.h"

namespace sbert::encoder {

void read_roberta(const JsonValue &config, TransformerSpec &spec, TensorNames &names)
{
    read_bert_keys(config, spec);
    spec.position_padding = read_count(config, "pad_token_id", 1);
    for (const char *prefix : {"roberta.", "camembert.", "xlm_roberta."})
        names.add_prefix(prefix);
}

} // namespace sbert::encoder
