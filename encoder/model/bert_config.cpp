// config.json of a BERT model: see bert_config.h.
#include "encoder/model/bert_config.h"

#include <array>
#include <string_view>
#include <utility>

#include "encoder/error.h"

namespace sbert::encoder {

namespace {

[[noreturn]] void unsupported(const JsonValue &config, const std::string &what,
                              const std::string &hint = {})
{
    throw Error(ErrorCode::kModelUnsupported, "\"" + printable(config.source()) + "\": " + what,
                hint);
}

// transformers, activations.py (ACT2FN): which names share a formula. "gelu" is the one with erf.
constexpr std::array<std::pair<std::string_view, Activation>, 11> kActivations = {{
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
}};

Activation read_activation(const JsonValue &config)
{
    std::string name = config.string_or("hidden_act", "gelu");
    for (const auto &[known, activation] : kActivations) {
        if (name == known)
            return activation;
    }
    unsupported(config, "hidden_act \"" + printable(name) + "\" is not supported");
}

void refuse_variants(const JsonValue &config)
{
    refuse_custom_code(config);
    std::string type = config.string_or("model_type", "");
    if (type != "bert")
        unsupported(config, "model_type \"" + printable(type) + "\" is not supported",
                    "The supported model_type is \"bert\".");
    std::string positions = config.string_or("position_embedding_type", "absolute");
    if (positions != "absolute")
        unsupported(config,
                    "position_embedding_type \"" + printable(positions) + "\" is not supported",
                    "The supported position_embedding_type is \"absolute\".");
    for (const char *key : {"is_decoder", "add_cross_attention"}) {
        if (config.boolean_or(key, false))
            unsupported(config, std::string(key) + " is not supported");
    }
    if (config.find_set("quantization_config"))
        unsupported(config, "quantised weights are not supported",
                    "Save the model in float32, float16 or bfloat16.");
}

} // namespace

void refuse_custom_code(const JsonValue &config)
{
    auto map = config.find_set("auto_map");
    if (!map || map->size() == 0)
        return;
    std::string module;
    if (map->is_object())
        map->for_each_member([&](const std::string &name, const JsonValue &value) {
            module = value.is_string() ? value.string() : name;
        });
    unsupported(config, "the model needs Python code of its own: \"" + printable(module) + "\"",
                "Code that comes with a model is never run; use a model without auto_map.");
}

BertSpec read_bert_config(const JsonValue &config)
{
    constexpr int64_t kMaxSize = 1 << 24;
    refuse_variants(config);
    auto size = [&](const char *key, int64_t otherwise) {
        return static_cast<int32_t>(config.integer_or(key, otherwise, 1, kMaxSize));
    };
    BertSpec bert; // the defaults are those of BertConfig in transformers
    bert.vocab_size = size("vocab_size", 30522);
    bert.hidden_size = size("hidden_size", 768);
    bert.layers = size("num_hidden_layers", 12);
    bert.heads = size("num_attention_heads", 12);
    bert.intermediate_size = size("intermediate_size", 3072);
    bert.max_positions = size("max_position_embeddings", 512);
    bert.type_vocab_size = size("type_vocab_size", 2);
    bert.layer_norm_eps = static_cast<float>(config.number_or("layer_norm_eps", 1e-12));
    bert.activation = read_activation(config);
    return bert;
}

} // namespace sbert::encoder
