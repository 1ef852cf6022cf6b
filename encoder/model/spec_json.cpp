// ModelSpec to JSON and back: see spec_json.h.
#include "encoder/model/spec_json.h"

#include <nlohmann/json.hpp>

#include "encoder/error.h"
#include "encoder/import/card.h"
#include "encoder/model/components_json.h"
#include "encoder/model/json.h"
#include "encoder/model/names.h"
#include "encoder/model/transformer_json.h"

namespace sbert::encoder {

namespace {

using nlohmann::json; // its objects keep their keys sorted

constexpr int64_t kMaxInt = INT32_MAX;
constexpr size_t kMaxSpecBytes = 64u << 20;

json tokenizer_to_json(const TokenizerSpec &tokenizer)
{
    json added = json::array();
    for (const AddedToken &token : tokenizer.added_tokens)
        added.push_back(added_token_to_json(token));
    return {{"added_tokens", added},
            {"clean_text", tokenizer.clean_text},
            {"continuing_subword_prefix", tokenizer.continuing_subword_prefix},
            {"handle_chinese_chars", tokenizer.handle_chinese_chars},
            {"lowercase", tokenizer.lowercase},
            {"max_input_chars_per_word", tokenizer.max_input_chars_per_word},
            {"prefix_ids", tokenizer.prefix_ids},
            {"strip_accents", tokenizer.strip_accents},
            {"suffix_ids", tokenizer.suffix_ids},
            {"type", "wordpiece"},
            {"unk_id", tokenizer.unk_id}};
}

std::vector<int32_t> ids_from_json(const JsonValue &value)
{
    std::vector<int32_t> ids;
    value.require_array();
    for (size_t i = 0; i < value.size(); ++i)
        ids.push_back(static_cast<int32_t>(value.element(i).integer(0, kMaxInt)));
    return ids;
}

TokenizerSpec tokenizer_from_json(const JsonValue &value)
{
    if (value.at("type").string() != "wordpiece")
        value.at("type").fail("is neither \"wordpiece\" nor \"components\"");
    TokenizerSpec tokenizer;
    tokenizer.clean_text = value.at("clean_text").boolean();
    tokenizer.handle_chinese_chars = value.at("handle_chinese_chars").boolean();
    tokenizer.strip_accents = value.at("strip_accents").boolean();
    tokenizer.lowercase = value.at("lowercase").boolean();
    tokenizer.max_input_chars_per_word =
        static_cast<uint32_t>(value.at("max_input_chars_per_word").integer(0, kMaxInt));
    tokenizer.continuing_subword_prefix = value.at("continuing_subword_prefix").string();
    tokenizer.unk_id = static_cast<int32_t>(value.at("unk_id").integer(0, kMaxInt));
    JsonValue added = value.at("added_tokens").require_array();
    for (size_t i = 0; i < added.size(); ++i)
        tokenizer.added_tokens.push_back(added_token_from_json(added.element(i), kMaxInt));
    tokenizer.prefix_ids = ids_from_json(value.at("prefix_ids"));
    tokenizer.suffix_ids = ids_from_json(value.at("suffix_ids"));
    return tokenizer;
}

json step_to_json(const Step &step)
{
    if (const auto *pooling = std::get_if<PoolingStep>(&step)) {
        json modes = json::array();
        for (PoolingMode mode : pooling->modes)
            modes.push_back(pooling_name(mode));
        json step = {{"modes", modes}, {"type", "pooling"}};
        if (!pooling->include_prompt)
            step["include_prompt"] = false;
        return step;
    }
    if (const auto *dense = std::get_if<DenseStep>(&step))
        return {{"activation", activation_name(dense->activation)},
                {"bias", dense->bias},
                {"in", dense->in},
                {"out", dense->out},
                {"prefix", dense->prefix},
                {"type", "dense"}};
    if (const auto *norm = std::get_if<LayerNormStep>(&step))
        return {{"eps", static_cast<double>(norm->eps)},
                {"prefix", norm->prefix},
                {"type", "layer_norm"},
                {"width", norm->width}};
    if (const auto *truncate = std::get_if<TruncateStep>(&step))
        return {{"type", "truncate"}, {"width", truncate->width}};
    return {{"type", "normalize"}};
}

PoolingStep pooling_from_json(const JsonValue &value)
{
    PoolingStep step;
    JsonValue modes = value.at("modes").require_array();
    for (size_t i = 0; i < modes.size(); ++i) {
        auto mode = find_pooling(modes.element(i).string());
        if (!mode)
            modes.element(i).fail("is unknown");
        step.modes.push_back(*mode);
    }
    step.include_prompt = value.boolean_or("include_prompt", true);
    return step;
}

DenseStep dense_from_json(const JsonValue &value)
{
    auto activation = find_activation(value.at("activation").string());
    if (!activation)
        value.at("activation").fail("is unknown");
    DenseStep step;
    step.in = static_cast<int32_t>(value.at("in").integer(0, kMaxInt));
    step.out = static_cast<int32_t>(value.at("out").integer(0, kMaxInt));
    step.bias = value.at("bias").boolean();
    step.activation = *activation;
    step.prefix = value.at("prefix").string();
    return step;
}

Step step_from_json(const JsonValue &value)
{
    const std::string type = value.at("type").string();
    if (type == "pooling")
        return pooling_from_json(value);
    if (type == "dense")
        return dense_from_json(value);
    if (type == "layer_norm")
        return LayerNormStep{static_cast<int32_t>(value.at("width").integer(0, kMaxInt)),
                             static_cast<float>(value.at("eps").number()),
                             value.at("prefix").string()};
    if (type == "truncate")
        return TruncateStep{static_cast<int32_t>(value.at("width").integer(0, kMaxInt))};
    if (type != "normalize")
        value.at("type").fail("is unknown");
    return NormalizeStep{};
}

// Left out where there are none, so that other models keep their fingerprints.
void add_prompts(const ModelSpec &spec, json &whole)
{
    for (const Prompt &prompt : spec.prompts)
        whole["prompts"][prompt.name] = prompt.text;
    if (!spec.default_prompt.empty())
        whole["default_prompt"] = spec.default_prompt;
}

void read_prompts(const JsonValue &root, ModelSpec &spec)
{
    if (auto prompts = root.find("prompts"))
        prompts->for_each_member([&](const std::string &name, const JsonValue &text) {
            spec.prompts.push_back({name, text.string()});
        });
    spec.default_prompt = root.string_or("default_prompt", "");
}

json whole_to_json(const ModelSpec &spec)
{
    json pipeline = json::array();
    for (const Step &step : spec.pipeline)
        pipeline.push_back(step_to_json(step));
    json whole = {{"dimensions", spec.dimensions},
                  {"max_tokens", spec.max_tokens},
                  {"pipeline", pipeline},
                  {"precision", precision_name(spec.precision)},
                  {"similarity", spec.similarity},
                  {"tokenizer", spec.components ? components_to_json(*spec.components)
                                                : tokenizer_to_json(spec.tokenizer)},
                  {"transformer", transformer_to_json(spec.transformer)}};
    add_prompts(spec, whole);
    return whole;
}

ModelSpec spec_of(const JsonValue &root, const std::string &source)
{
    auto precision = find_precision(root.at("precision").string());
    if (!precision)
        root.at("precision").fail("is unknown");
    ModelSpec spec;
    spec.precision = *precision;
    spec.transformer = transformer_from_json(root.at("transformer"));
    const JsonValue tokenizer = root.at("tokenizer");
    if (tokenizer.at("type").string() == "components")
        spec.components = components_from_json(tokenizer, kMaxInt);
    else
        spec.tokenizer = tokenizer_from_json(tokenizer);
    JsonValue pipeline = root.at("pipeline").require_array();
    for (size_t i = 0; i < pipeline.size(); ++i)
        spec.pipeline.push_back(step_from_json(pipeline.element(i)));
    spec.max_tokens = static_cast<int32_t>(root.at("max_tokens").integer(0, kMaxInt));
    spec.dimensions = static_cast<int32_t>(root.at("dimensions").integer(0, kMaxInt));
    spec.similarity = root.at("similarity").string();
    read_prompts(root, spec);
    check_spec(spec, source);
    return spec;
}

ModelCard card_of(const JsonValue &root)
{
    ModelCard card;
    const auto stored = root.find("card");
    if (!stored)
        return card;
    const JsonValue languages = stored->at("languages").require_array();
    if (languages.size() > kMaxLanguages)
        languages.fail("are too many");
    for (size_t i = 0; i < languages.size(); ++i) {
        const JsonValue language = languages.element(i);
        if (!is_language(language.string()))
            language.fail("is no language");
        card.languages.push_back(language.string());
    }
    return card;
}

} // namespace

std::string spec_to_json(const ModelSpec &spec) { return whole_to_json(spec).dump(); }

std::string metadata_to_json(const ModelSpec &spec, const ModelCard &card)
{
    json whole = whole_to_json(spec);
    if (!card.languages.empty())
        whole["card"] = {{"languages", card.languages}};
    return whole.dump();
}

ModelSpec spec_from_json(std::string_view text, const std::string &source)
{
    return spec_of(JsonDocument(text, source, kMaxSpecBytes).root(), source);
}

Metadata metadata_from_json(std::string_view text, const std::string &source)
{
    const JsonDocument document(text, source, kMaxSpecBytes);
    return {spec_of(document.root(), source), card_of(document.root())};
}

} // namespace sbert::encoder
