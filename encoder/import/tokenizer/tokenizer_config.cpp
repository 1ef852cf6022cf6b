#include "encoder/import/tokenizer/tokenizer_config.h"

#include <string_view>
#include <utility>

#include "encoder/import/families/family.h"
#include "encoder/import/json_file.h"

namespace sbert::encoder {

namespace {

JsonDocument read_object_or_empty(const std::string &path)
{
    auto document = find_json_file(path, kMaxListBytes);
    if (!document)
        document.emplace("{}", path, kMaxListBytes);
    document->root().require_object();
    return std::move(*document);
}

constexpr std::pair<std::string_view, TokenizerClass> kClasses[] = {
    {"BertTokenizer", TokenizerClass::kBert},
    {"DistilBertTokenizer", TokenizerClass::kBert},
    {"ElectraTokenizer", TokenizerClass::kBert},
    {"MPNetTokenizer", TokenizerClass::kMpnet},
    {"RobertaTokenizer", TokenizerClass::kRoberta},
    {"GPT2Tokenizer", TokenizerClass::kGpt2},
    {"XLMRobertaTokenizer", TokenizerClass::kXlmRoberta},
    {"CamembertTokenizer", TokenizerClass::kCamembert},
    {"AlbertTokenizer", TokenizerClass::kAlbert},
    {"XLNetTokenizer", TokenizerClass::kXlnet},
    {"T5Tokenizer", TokenizerClass::kT5},
    {"PreTrainedTokenizer", TokenizerClass::kAsInFile},
    {"TokenizersBackend", TokenizerClass::kAsInFile},
};

// Where no file names a class: that of the model. (transformers, tokenization_auto.py)
std::string_view class_of_model(std::string_view model_type)
{
    constexpr std::pair<std::string_view, std::string_view> kModels[] = {
        {"roberta", "RobertaTokenizer"},     {"xlm-roberta", "XLMRobertaTokenizer"},
        {"camembert", "CamembertTokenizer"}, {"mpnet", "MPNetTokenizer"},
        {"albert", "AlbertTokenizer"},       {"modernbert", "TokenizersBackend"}};
    for (const auto &[type, name] : kModels)
        if (type == model_type)
            return name;
    return "BertTokenizer";
}

} // namespace

TokenizerSettings::TokenizerSettings(const std::string &folder)
    : config_(read_object_or_empty(folder + "/tokenizer_config.json")),
      map_(read_object_or_empty(folder + "/special_tokens_map.json")),
      added_(read_object_or_empty(folder + "/added_tokens.json"))
{
    refuse_custom_code(config());
    find_class(folder);
    refuse_settings();
}

void TokenizerSettings::find_class(const std::string &folder)
{
    const JsonDocument model = read_object_or_empty(folder + "/config.json");
    const std::string type = model.root().string_or("model_type", "");
    name_ = config().string_or("tokenizer_class", model.root().string_or("tokenizer_class", ""));
    if (name_.empty())
        name_ = class_of_model(type);
    if (name_.ends_with("Fast"))
        name_.resize(name_.size() - 4);
    for (const auto &[name, kind] : kClasses) {
        if (name_ != name)
            continue;
        // For this one the library trusts no class that a file names.
        kind_ = type == "modernbert" ? TokenizerClass::kAsInFile : kind;
        return;
    }
    unsupported(config(), "tokenizer_class " + in_quotes(name_) + " is not supported",
                "Save the tokenizer as PreTrainedTokenizerFast, with tokenizer.json.");
}

void TokenizerSettings::refuse_settings() const
{
    if (config().string_or("truncation_side", "right") != "right")
        unsupported(config(), "truncation_side other than right is not supported");
    if (config().boolean_or("split_special_tokens", false))
        unsupported(config(), "split_special_tokens is not supported");
}

std::optional<int64_t> TokenizerSettings::max_length() const
{
    constexpr double kNotSet = 1e9; // the library writes 10^30 for "no limit"
    double length = config().number_or("model_max_length", 2 * kNotSet);
    if (length > kNotSet)
        return std::nullopt;
    if (length < 1)
        config().at("model_max_length").fail("is not positive");
    return static_cast<int64_t>(length);
}

} // namespace sbert::encoder
