// GTE v1.5 and mGTE (Zhang et al. 2024, arXiv:2407.19669): BERT with RoPE and a gated feed-forward.
// Published as "new" with code of its own, and as "gte" in transformers.
#include "encoder/import/families/config_keys.h"
#include "encoder/import/families/list.h"

namespace sbert::encoder {

namespace {

// "ntk" raises theta and lowers every frequency: https://kexue.fm/archives/9706, equation 6.
void read_scaling(const JsonValue &config, RotarySpec &rotary)
{
    const auto scaling = config.find_set("rope_scaling");
    if (!scaling)
        return;
    const std::string kind = rope_kind(*scaling);
    if (kind != "ntk")
        return refuse_rope_scaling(config);
    if (scaling->find_set("mixed_b"))
        unsupported(config, "mixed_b of rope_scaling is not supported");
    rotary.ntk_factor = scaling->at("factor").number();
    if (rotary.ntk_factor < 1)
        unsupported(config, "a factor of rope_scaling below 1 is not supported");
}

// With pack_qkv off the three products are published one by one.
constexpr LayerModule kLayer[] = {
    {"attention.qkv_proj", {"attention.self.query", "attention.self.key", "attention.self.value"}},
    {"attention.q_proj", {"attention.self.query"}},
    {"attention.k_proj", {"attention.self.key"}},
    {"attention.v_proj", {"attention.self.value"}},
    {"attention.o_proj", {"attention.output.dense"}},
    {"attn_ln", {"attention.output.LayerNorm"}},
    {"mlp.up_gate_proj", {"intermediate.up", "intermediate.gate"}},
    {"mlp.down_proj", {"output.dense"}},
    {"mlp_ln", {"output.LayerNorm"}},
};

} // namespace

void read_gte(const JsonValue &config, TransformerSpec &spec, TensorNames &names)
{
    refuse_other(config, "layer_norm_type", "layer_norm");
    refuse_switches(config, {"logn_attention_scale", "logn_attention_clip1"});
    read_bert_keys(
        config, spec,
        {.vocab_size = 30528, .max_positions = 2048, .type_vocab_size = 1, .fewest_types = 0},
        "rope");
    spec.position_table = false;
    spec.gated = true;
    spec.intermediate_bias = false;
    spec.rotary.dims = spec.hidden_size / spec.heads;
    spec.rotary.theta = config.number_or("rope_theta", 10000);
    read_scaling(config, spec.rotary);
    if (const auto rope = config.find_set("rope_parameters"))
        spec.rotary.theta = read_rope_theta(*rope, 160000);
    names.add_prefix("new.");
    names.add_prefix("gte.");
    names.rename_layers("encoder.layer.", spec.layers, kLayer);
}

} // namespace sbert::encoder
