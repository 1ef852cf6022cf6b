// TransformerSpec to JSON and back: see transformer_json.h.
#include "encoder/model/transformer_json.h"

#include <nlohmann/json.hpp>

#include "encoder/import/families/family.h"
#include "encoder/import/static_embedding.h"
#include "encoder/model/names.h"

namespace sbert::encoder {

namespace {

using nlohmann::json; // its objects keep their keys sorted

constexpr int64_t kMaxInt = INT32_MAX;

// The optional fields, once for both directions: `visit` is called with key, field and default.
template <class Spec, class Visit>
void for_each_option(Spec &spec, const Visit &visit)
{
    const TransformerSpec plain;
    visit("attention_bias", spec.attention_bias, plain.attention_bias);
    visit("embedding_norm", spec.embedding_norm, plain.embedding_norm);
    visit("embedding_size", spec.embedding_size, plain.embedding_size);
    visit("gated", spec.gated, plain.gated);
    visit("intermediate_bias", spec.intermediate_bias, plain.intermediate_bias);
    visit("layer_order", spec.layer_order, plain.layer_order);
    visit("local_layers", spec.local_layers, plain.local_layers);
    visit("norm_bias", spec.norm_bias, plain.norm_bias);
    visit("output_bias", spec.output_bias, plain.output_bias);
    visit("position_padding", spec.position_padding, plain.position_padding);
    visit("position_table", spec.position_table, plain.position_table);
    visit("pre_norm", spec.pre_norm, plain.pre_norm);
    visit("relative_buckets", spec.relative_buckets, plain.relative_buckets);
    visit("rotary_dims", spec.rotary.dims, plain.rotary.dims);
    visit("rotary_local_theta", spec.rotary.local_theta, plain.rotary.local_theta);
    visit("rotary_ntk_factor", spec.rotary.ntk_factor, plain.rotary.ntk_factor);
    visit("rotary_theta", spec.rotary.theta, plain.rotary.theta);
    visit("window", spec.window, plain.window);
}

void read(const JsonValue &value, bool &field) { field = value.boolean(); }
void read(const JsonValue &value, double &field) { field = value.number(); }
void read(const JsonValue &value, int32_t &field)
{
    field = static_cast<int32_t>(value.integer(0, kMaxInt));
}
void read(const JsonValue &value, std::vector<int32_t> &field)
{
    value.require_array();
    field.clear();
    for (size_t i = 0; i < value.size(); ++i)
        read(value.element(i), field.emplace_back());
}

} // namespace

json transformer_to_json(const TransformerSpec &spec)
{
    json whole = {{"activation", activation_name(spec.activation)},
                  {"heads", spec.heads},
                  {"hidden_size", spec.hidden_size},
                  {"intermediate_size", spec.intermediate_size},
                  {"layer_norm_eps", static_cast<double>(spec.layer_norm_eps)},
                  {"layers", spec.layers},
                  {"max_positions", spec.max_positions},
                  {"type", spec.family},
                  {"type_vocab_size", spec.type_vocab_size},
                  {"vocab_size", spec.vocab_size}};
    for_each_option(spec, [&](const char *key, const auto &field, const auto &otherwise) {
        if (field != otherwise)
            whole[key] = field;
    });
    return whole;
}

TransformerSpec transformer_from_json(const JsonValue &value)
{
    TransformerSpec spec;
    spec.family = value.at("type").string();
    if (find_family(spec.family) == nullptr && spec.family != kStaticFamily)
        value.at("type").fail("is unknown");
    auto activation = find_activation(value.at("activation").string());
    if (!activation)
        value.at("activation").fail("is unknown");
    spec.activation = *activation;
    read(value.at("vocab_size"), spec.vocab_size);
    read(value.at("hidden_size"), spec.hidden_size);
    read(value.at("layers"), spec.layers);
    read(value.at("heads"), spec.heads);
    read(value.at("intermediate_size"), spec.intermediate_size);
    read(value.at("max_positions"), spec.max_positions);
    read(value.at("type_vocab_size"), spec.type_vocab_size);
    spec.layer_norm_eps = static_cast<float>(value.at("layer_norm_eps").number());
    for_each_option(spec, [&](const char *key, auto &field, const auto &) {
        if (auto member = value.find(key))
            read(*member, field);
    });
    return spec;
}

} // namespace sbert::encoder
