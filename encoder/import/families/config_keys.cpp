// Reading config.json: see config_keys.h.
#include "encoder/import/families/config_keys.h"

#include <array>
#include <utility>

namespace sbert::encoder {

namespace {

constexpr int64_t kMaxSize = 1 << 24;

// transformers, activations.py: which names share a formula.
constexpr std::array<std::pair<std::string_view, Activation>, 12> kActivations = {{
    {"gelu", Activation::kGelu},
    {"gelu_python", Activation::kGelu},
    {"gelu_new", Activation::kGeluTanh},
    {"gelu_fast", Activation::kGeluTanh},
    {"gelu_pytorch_tanh", Activation::kGeluTanh},
    {"gelu_python_tanh", Activation::kGeluTanh},
    {"quick_gelu", Activation::kQuickGelu},
    {"silu", Activation::kSilu},
    {"swish", Activation::kSilu},
    {"relu", Activation::kRelu},
    {"tanh", Activation::kTanh},
    {"sigmoid", Activation::kSigmoid},
}};

} // namespace

int32_t read_size(const JsonValue &config, const char *key, int64_t otherwise)
{
    return static_cast<int32_t>(config.integer_or(key, otherwise, 1, kMaxSize));
}

int32_t read_count(const JsonValue &config, const char *key, int64_t otherwise)
{
    return static_cast<int32_t>(config.integer_or(key, otherwise, 0, kMaxSize));
}

Activation read_activation(const JsonValue &config, const char *key, const char *otherwise)
{
    const std::string name = config.string_or(key, otherwise);
    for (const auto &[known, activation] : kActivations) {
        if (name == known)
            return activation;
    }
    unsupported(config, std::string(key) + " " + in_quotes(name) + " is not supported");
}

void read_bert_keys(const JsonValue &config, TransformerSpec &spec, const BertDefaults &defaults,
                    std::string_view positions)
{
    refuse_other(config, "position_embedding_type", positions);
    spec.vocab_size = read_size(config, "vocab_size", defaults.vocab_size);
    spec.hidden_size = read_size(config, "hidden_size", defaults.hidden_size);
    spec.layers = read_size(config, "num_hidden_layers", defaults.layers);
    spec.heads = read_size(config, "num_attention_heads", defaults.heads);
    spec.intermediate_size = read_size(config, "intermediate_size", defaults.intermediate_size);
    spec.max_positions = read_size(config, "max_position_embeddings", defaults.max_positions);
    spec.type_vocab_size = static_cast<int32_t>(config.integer_or(
        "type_vocab_size", defaults.type_vocab_size, defaults.fewest_types, kMaxSize));
    spec.layer_norm_eps = static_cast<float>(config.number_or("layer_norm_eps", 1e-12));
    spec.activation = read_activation(config, "hidden_act", defaults.activation);
}

std::string rope_kind(const JsonValue &parameters)
{
    return parameters.string_or("rope_type", parameters.string_or("type", "default"));
}

static void refuse_rope_kind(const JsonValue &parameters)
{
    const std::string kind = rope_kind(parameters);
    if (kind != "default")
        unsupported(parameters, "rope_type " + in_quotes(kind) + " is not supported");
    if (parameters.number_or("partial_rotary_factor", 1) != 1)
        unsupported(parameters, "partial_rotary_factor is not supported");
}

double read_rope_theta(const JsonValue &parameters, double otherwise)
{
    refuse_rope_kind(parameters);
    return parameters.number_or("rope_theta", otherwise);
}

void refuse_rope_scaling(const JsonValue &config)
{
    if (const auto scaling = config.find_set("rope_scaling"))
        refuse_rope_kind(*scaling);
}

void refuse_switches(const JsonValue &config, std::initializer_list<const char *> keys)
{
    for (const char *key : keys) {
        if (config.boolean_or(key, false))
            unsupported(config, std::string(key) + " is not supported");
    }
}

void refuse_other(const JsonValue &config, const char *key, std::string_view only)
{
    const std::string value = config.string_or(key, only);
    if (value != only)
        unsupported(config, std::string(key) + " " + in_quotes(value) + " is not supported",
                    "The supported " + std::string(key) + " is \"" + std::string(only) + "\".");
}

} // namespace sbert::encoder
