// Nomic BERT (Nussbaum et al. 2024, arXiv:2402.01613): BERT with RoPE and a gated feed-forward.
// Published with code of its own, whose keys are those of GPT-2, and with BERT's in transformers.
#include <algorithm>

#include "encoder/import/families/config_keys.h"
#include "encoder/import/families/list.h"

namespace sbert::encoder {

namespace {

void refuse_variants(const JsonValue &config)
{
    refuse_switches(config, {"prenorm", "parallel_block", "use_rms_norm", "causal",
                             "rotary_emb_interleaved", "rotary_head_dim"});
    for (const char *key : {"moe_every_n_layers", "num_experts", "moe_top_k",
                            "rotary_scaling_factor", "rotary_emb_scale_base", "num_heads_kv"})
    {
        if (config.find_set(key) && config.number_or(key, 0) != 0)
            unsupported(config, std::string(key) + " is not supported");
    }
    refuse_rope_scaling(config);
}

// "swiglu" is gated by SiLU, "geglu" by GELU, "glu" by the sigmoid; others have no gate.
void read_activation_function(const JsonValue &config, TransformerSpec &spec)
{
    const std::string name = config.string_or("activation_function", "swiglu");
    spec.gated = name == "swiglu" || name == "geglu" || name == "glu";
    if (!spec.gated)
        unsupported(config, "activation_function " + in_quotes(name) + " is not supported",
                    "Supported are \"swiglu\", \"geglu\" and \"glu\".");
    spec.activation = name == "swiglu"  ? Activation::kSilu
                      : name == "geglu" ? Activation::kGelu
                                        : Activation::kSigmoid;
}

void read_gpt2_keys(const JsonValue &config, TransformerSpec &spec)
{
    spec.hidden_size = read_size(config, "n_embd", 768);
    spec.layers = read_size(config, "n_layer", 12);
    spec.heads = read_size(config, "n_head", 12);
    spec.max_positions = read_size(config, "n_positions", 8192);
    spec.layer_norm_eps = static_cast<float>(config.number_or("layer_norm_epsilon", 1e-12));
    read_activation_function(config, spec);
    // Rounded up as the tensors are.
    constexpr int32_t kMultiple = 256;
    const int32_t inner = read_size(config, "n_inner", 4 * int64_t{spec.hidden_size});
    spec.intermediate_size = (inner + kMultiple - 1) / kMultiple * kMultiple;
    const int32_t rows = read_size(config, "pad_vocab_size_multiple", 1);
    spec.vocab_size = (spec.vocab_size + rows - 1) / rows * rows;
    spec.attention_bias = config.boolean_or("qkv_proj_bias", false);
    spec.intermediate_bias = config.boolean_or("mlp_fc1_bias", false);
    spec.output_bias = config.boolean_or("mlp_fc2_bias", false);
    const double turned =
        config.number_or("rotary_emb_fraction", 1) * spec.hidden_size / spec.heads;
    spec.rotary.dims = static_cast<int32_t>(std::clamp(turned, 0.0, 1e6));
    if (spec.rotary.dims == 0 || spec.rotary.dims != turned || spec.rotary.dims % 2 != 0)
        unsupported(config, "rotary_emb_fraction " + std::to_string(turned) +
                                " features of a head is not supported");
    spec.rotary.theta = config.number_or("rotary_emb_base", 10000);
}

void read_transformers_keys(const JsonValue &config, TransformerSpec &spec)
{
    read_bert_keys(config, spec, {.max_positions = 2048, .activation = "silu"});
    spec.gated = true;
    spec.attention_bias = spec.intermediate_bias = spec.output_bias = false;
    spec.rotary.dims = read_size(config, "head_dim", spec.hidden_size / spec.heads);
    if (spec.rotary.dims != spec.hidden_size / spec.heads)
        unsupported(config, "a head_dim other than hidden_size / num_attention_heads is not "
                            "supported");
    spec.rotary.theta = 1000;
    if (const auto rope = config.find_set("rope_parameters"))
        spec.rotary.theta = read_rope_theta(*rope, spec.rotary.theta);
}

constexpr LayerModule kLayer[] = {
    {"attn.Wqkv", {"attention.self.query", "attention.self.key", "attention.self.value"}},
    {"attn.out_proj", {"attention.output.dense"}},
    {"norm1", {"attention.output.LayerNorm"}},
    {"mlp.fc11", {"intermediate.up"}},
    {"mlp.fc12", {"intermediate.gate"}},
    {"mlp.fc2", {"output.dense"}},
    {"norm2", {"output.LayerNorm"}},
};

} // namespace

void read_nomic_bert(const JsonValue &config, TransformerSpec &spec, TensorNames &names)
{
    refuse_variants(config);
    spec.position_table = false;
    spec.vocab_size = read_size(config, "vocab_size", 30528);
    spec.type_vocab_size = read_count(config, "type_vocab_size", 2);
    if (config.find_set("n_embd"))
        read_gpt2_keys(config, spec);
    else
        read_transformers_keys(config, spec);
    for (const char *prefix : {"nomic_bert.", "bert."})
        names.add_prefix(prefix);
    names.rename("emb_ln", "embeddings.LayerNorm");
    names.rename_layers("encoder.layers.", spec.layers, kLayer);
}

} // namespace sbert::encoder
