// MPNet (Song et al. 2020, arXiv:2004.09297): BERT without token types, with RoBERTa's positions
// and a bias for the distance of two tokens in every layer.
#include "encoder/import/families/config_keys.h"
#include "encoder/import/families/list.h"

namespace sbert::encoder {

static constexpr LayerModule kLayer[] = {
    {"attention.attn.q", {"attention.self.query"}},
    {"attention.attn.k", {"attention.self.key"}},
    {"attention.attn.v", {"attention.self.value"}},
    {"attention.attn.o", {"attention.output.dense"}},
    {"attention.LayerNorm", {"attention.output.LayerNorm"}},
};

void read_mpnet(const JsonValue &config, TransformerSpec &spec, TensorNames &names)
{
    read_bert_keys(config, spec);
    spec.type_vocab_size = 0;
    spec.position_padding = 1; // whatever pad_token_id says
    spec.relative_buckets = kRelativeBuckets;
    // transformers makes a table of as many rows, and looks distances up among 32.
    const int32_t buckets = read_size(config, "relative_attention_num_buckets", kRelativeBuckets);
    if (buckets != kRelativeBuckets)
        unsupported(config, "relative_attention_num_buckets " + std::to_string(buckets) +
                                " is not supported");
    names.add_prefix("mpnet.");
    names.rename_layers("encoder.layer.", spec.layers, kLayer);
}

} // namespace sbert::encoder
