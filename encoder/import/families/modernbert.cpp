// ModernBERT (Warner et al. 2024, arXiv:2412.13663): RoPE, norms in front of the products, gated
// feed-forward, and attention that sees a window in most layers.
#include "encoder/import/families/config_keys.h"
#include "encoder/import/families/list.h"

namespace sbert::encoder {

namespace {

// Layers are named one by one, or every n-th from the first sees all tokens.
bool is_local(const JsonValue &config, int32_t layer)
{
    const auto types = config.find_set("layer_types");
    if (!types)
        return layer % read_size(config, "global_attn_every_n_layers", 3) != 0;
    if (types->require_array().size() <= static_cast<size_t>(layer))
        types->fail("names fewer layers than num_hidden_layers");
    const std::string type = types->element(static_cast<size_t>(layer)).string();
    if (type != "full_attention" && type != "sliding_attention")
        unsupported(config, "layer_types " + in_quotes(type) + " is not supported");
    return type == "sliding_attention";
}

void read_attention(const JsonValue &config, TransformerSpec &spec)
{
    for (int32_t i = 0; i < spec.layers; ++i)
        if (is_local(config, i))
            spec.local_layers.push_back(i);
    spec.window = read_size(config, "local_attention", 128) / 2;
    refuse_rope_scaling(config);
    spec.rotary.dims = spec.hidden_size / spec.heads;
    spec.rotary.theta = config.number_or("global_rope_theta", 160000);
    spec.rotary.local_theta = config.number_or("local_rope_theta", 10000);
    // Since version 5 of transformers.
    if (const auto rope = config.find_set("rope_parameters")) {
        if (const auto full = rope->find_set("full_attention"))
            spec.rotary.theta = read_rope_theta(*full, spec.rotary.theta);
        if (const auto local = rope->find_set("sliding_attention"))
            spec.rotary.local_theta = read_rope_theta(*local, spec.rotary.local_theta);
    }
}

constexpr LayerModule kLayer[] = {
    {"attn.Wqkv", {"attention.self.query", "attention.self.key", "attention.self.value"}},
    {"attn.Wo", {"attention.output.dense"}},
    {"mlp_norm", {"attention.output.LayerNorm"}},
    {"mlp.Wi", {"intermediate.gate", "intermediate.up"}},
    {"mlp.Wo", {"output.dense"}},
};

// Each norm of ours is behind the sum that it is fed by: attention's, which is in front of it
// there, is the one at the end of the layer before. The first layer has none.
void name_tensors(int32_t layers, TensorNames &names)
{
    names.add_prefix("model.");
    names.rename("embeddings.tok_embeddings", "embeddings.word_embeddings");
    names.rename("embeddings.norm", "embeddings.LayerNorm");
    names.rename_layers("layers.", layers, kLayer);
    for (int32_t i = 0; i < layers; ++i)
        names.rename(i + 1 == layers ? "final_norm"
                                     : "layers." + std::to_string(i + 1) + ".attn_norm",
                     "encoder.layer." + std::to_string(i) + ".output.LayerNorm");
}

} // namespace

void read_modernbert(const JsonValue &config, TransformerSpec &spec, TensorNames &names)
{
    spec.vocab_size = read_size(config, "vocab_size", 50368);
    spec.hidden_size = read_size(config, "hidden_size", 768);
    spec.layers = read_size(config, "num_hidden_layers", 22);
    spec.heads = read_size(config, "num_attention_heads", 12);
    spec.intermediate_size = read_size(config, "intermediate_size", 1152);
    spec.max_positions = read_size(config, "max_position_embeddings", 8192);
    spec.layer_norm_eps = static_cast<float>(config.number_or("norm_eps", 1e-5));
    spec.activation = read_activation(config, "hidden_activation", "gelu");
    spec.norm_bias = config.boolean_or("norm_bias", false);
    spec.attention_bias = config.boolean_or("attention_bias", false);
    spec.intermediate_bias = spec.output_bias = config.boolean_or("mlp_bias", false);
    spec.position_table = false;
    spec.type_vocab_size = 0;
    spec.pre_norm = true;
    spec.gated = true;
    read_attention(config, spec);
    name_tensors(spec.layers, names);
}

} // namespace sbert::encoder
