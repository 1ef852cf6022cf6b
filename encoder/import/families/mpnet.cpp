// MPNet (Song et al. 2020, arXiv:2004.09297): BERT without token types, with RoBERTa's positions
// and a bias for the distance of two tokens in every layer.
#include "encoder/import/families/config_keys.h"
#include "encoder/import/families/list.h"

namespace sbert::encoder {

namespace {

void read_sizes(const JsonValue &config, TransformerSpec &spec)
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
}

void name_tensors(const TransformerSpec &spec, TensorNames &names)
{
    names.add_prefix("mpnet.");
    for (int32_t i = 0; i < spec.layers; ++i) {
        const std::string layer = "encoder.layer." + std::to_string(i) + ".attention.";
        names.rename(layer + "attn.q", layer + "self.query");
        names.rename(layer + "attn.k", layer + "self.key");
        names.rename(layer + "attn.v", layer + "self.value");
        names.rename(layer + "attn.o", layer + "output.dense");
        names.rename(layer + "LayerNorm", layer + "output.LayerNorm");
    }
}

void read(const JsonValue &config, TransformerSpec &spec, TensorNames &names)
{
    read_sizes(config, spec);
    name_tensors(spec, names);
}

} // namespace

const Family kMpnet = {"mpnet", read};

} // namespace sbert::encoder
