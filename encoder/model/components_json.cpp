// ComponentsSpec to JSON and back: see components_json.h. Each kind of component is one member of
// the overloaded functions put() and read(), under its name in tokenizer.json.
#include "encoder/model/components_json.h"

#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

namespace sbert::encoder {

using namespace components;

namespace {

using nlohmann::json; // its objects keep their keys sorted

constexpr int64_t kMaxCodePoint = 0x10FFFF;
constexpr int64_t kMaxU32 = std::numeric_limits<uint32_t>::max();

uint32_t read_u32(const JsonValue &value, const char *key, int64_t max = kMaxU32)
{
    return static_cast<uint32_t>(value.at(key).integer(0, max));
}

// ---- enumerations, by the names of tokenizer.json ----------------------------------------------

template <class Enum>
using Names = std::initializer_list<std::pair<const char *, Enum>>;

const Names<Behavior> kBehaviors = {{"Contiguous", Behavior::kContiguous},
                                    {"Isolated", Behavior::kIsolated},
                                    {"MergedWithNext", Behavior::kMergedWithNext},
                                    {"MergedWithPrevious", Behavior::kMergedWithPrevious},
                                    {"Removed", Behavior::kRemoved}};
const Names<PrependScheme> kSchemes = {{"always", PrependScheme::kAlways},
                                       {"first", PrependScheme::kFirst},
                                       {"never", PrependScheme::kNever}};
const Names<UnicodeForm> kForms = {{"NFC", UnicodeForm::kNfc},
                                   {"NFD", UnicodeForm::kNfd},
                                   {"NFKC", UnicodeForm::kNfkc},
                                   {"NFKD", UnicodeForm::kNfkd}};

template <class Enum>
const char *name_of(const Names<Enum> &names, Enum value)
{
    for (const auto &[name, known] : names)
        if (known == value)
            return name;
    return "";
}

template <class Enum>
Enum enum_from(const Names<Enum> &names, const JsonValue &value)
{
    for (const auto &[name, known] : names)
        if (value.string() == name)
            return known;
    value.fail("is unknown");
}

json pattern_to_json(const Pattern &pattern)
{
    return {{"regex", pattern.regex}, {"text", pattern.text}};
}
Pattern pattern_from_json(const JsonValue &value)
{
    return {value.at("regex").boolean(), value.at("text").string()};
}

// ---- components to JSON ------------------------------------------------------------------------

json put(const BertNormalizer &bert)
{
    return {{"clean_text", bert.clean_text},
            {"handle_chinese_chars", bert.handle_chinese_chars},
            {"lowercase", bert.lowercase},
            {"strip_accents", bert.strip_accents},
            {"type", "BertNormalizer"}};
}
json put(UnicodeForm form) { return {{"type", name_of(kForms, form)}}; }
json put(const Lowercase &) { return {{"type", "Lowercase"}}; }
json put(const Strip &strip)
{
    return {{"strip_left", strip.left}, {"strip_right", strip.right}, {"type", "Strip"}};
}
json put(const StripAccents &) { return {{"type", "StripAccents"}}; }
json put(const Nmt &) { return {{"type", "Nmt"}}; }
json put(const Precompiled &map) { return {{"charsmap", map.charsmap}, {"type", "Precompiled"}}; }
json put(const Replace &replace)
{
    return {{"content", replace.content},
            {"pattern", pattern_to_json(replace.pattern)},
            {"type", "Replace"}};
}
json put(const Prepend &prepend) { return {{"prepend", prepend.text}, {"type", "Prepend"}}; }
json put(const ByteLevelNormalizer &) { return {{"type", "ByteLevel"}}; }

json put(const BertPreTokenizer &) { return {{"type", "BertPreTokenizer"}}; }
json put(const ByteLevel &bytes)
{
    return {{"add_prefix_space", bytes.add_prefix_space},
            {"type", "ByteLevel"},
            {"use_regex", bytes.use_regex}};
}
json put(const Metaspace &space)
{
    return {{"prepend_scheme", name_of(kSchemes, space.prepend_scheme)},
            {"replacement", space.replacement},
            {"split", space.split},
            {"type", "Metaspace"}};
}
json put(const Whitespace &) { return {{"type", "Whitespace"}}; }
json put(const WhitespaceSplit &) { return {{"type", "WhitespaceSplit"}}; }
json put(const Split &split)
{
    return {{"behavior", name_of(kBehaviors, split.behavior)},
            {"invert", split.invert},
            {"pattern", pattern_to_json(split.pattern)},
            {"type", "Split"}};
}
json put(const Punctuation &punctuation)
{
    return {{"behavior", name_of(kBehaviors, punctuation.behavior)}, {"type", "Punctuation"}};
}
json put(const Digits &digits)
{
    return {{"individual_digits", digits.individual_digits}, {"type", "Digits"}};
}
json put(const CharDelimiterSplit &split)
{
    return {{"delimiter", split.delimiter}, {"type", "CharDelimiterSplit"}};
}
json put(const UnicodeScripts &) { return {{"type", "UnicodeScripts"}}; }
json put(const FixedLength &fixed) { return {{"length", fixed.length}, {"type", "FixedLength"}}; }

json put(const Unknown &unknown)
{
    return {{"id", unknown.id ? json(*unknown.id) : json()}, {"named", unknown.named}};
}
json put(const WordPieceModel &model)
{
    return {{"continuing_subword_prefix", model.continuing_subword_prefix},
            {"max_input_chars_per_word", model.max_input_chars_per_word},
            {"type", "WordPiece"},
            {"unknown", put(model.unknown)}};
}
json put(const BpeModel &model)
{
    return {{"byte_fallback", model.byte_fallback},
            {"continuing_subword_prefix", model.continuing_subword_prefix},
            {"end_of_word_suffix", model.end_of_word_suffix},
            {"fuse_unk", model.fuse_unk},
            {"ignore_merges", model.ignore_merges},
            {"type", "BPE"},
            {"unknown", put(model.unknown)}};
}
json put(const UnigramModel &model)
{
    return {{"byte_fallback", model.byte_fallback},
            {"type", "Unigram"},
            {"unknown", put(model.unknown)}};
}
json put(const WordLevelModel &model)
{
    return {{"type", "WordLevel"}, {"unknown", put(model.unknown)}};
}

json put(const SpecialId &special) { return {{"id", special.id}, {"type_id", special.type_id}}; }
json put(const TrimOffsets &trim)
{
    return {{"add_prefix_space", trim.add_prefix_space},
            {"first_is_special", trim.first_is_special}};
}
json put(const AddedToken &token) { return added_token_to_json(token); }

template <class... Kinds>
json put(const std::variant<Kinds...> &component)
{
    return std::visit([](const auto &kind) { return put(kind); }, component);
}

template <class Item>
json put_list(const std::vector<Item> &items)
{
    json list = json::array();
    for (const Item &item : items)
        list.push_back(put(item));
    return list;
}

// ---- JSON to components ------------------------------------------------------------------------

template <class Item, class Read>
std::vector<Item> read_list(const JsonValue &list, const Read &read)
{
    std::vector<Item> items;
    list.require_array();
    for (size_t i = 0; i < list.size(); ++i)
        items.push_back(read(list.element(i)));
    return items;
}

NormalizerSpec read_normalizer(const JsonValue &value)
{
    const std::string type = value.at("type").string();
    if (type == "BertNormalizer")
        return BertNormalizer{value.at("clean_text").boolean(),
                              value.at("handle_chinese_chars").boolean(),
                              value.at("strip_accents").boolean(), value.at("lowercase").boolean()};
    if (type == "Lowercase")
        return Lowercase{};
    if (type == "Strip")
        return Strip{value.at("strip_left").boolean(), value.at("strip_right").boolean()};
    if (type == "StripAccents")
        return StripAccents{};
    if (type == "Nmt")
        return Nmt{};
    if (type == "Precompiled")
        return Precompiled{read_u32(value, "charsmap")};
    if (type == "Replace")
        return Replace{pattern_from_json(value.at("pattern")), value.at("content").string()};
    if (type == "Prepend")
        return Prepend{value.at("prepend").string()};
    if (type == "ByteLevel")
        return ByteLevelNormalizer{};
    return enum_from(kForms, value.at("type"));
}

PreTokenizerSpec read_pre_tokenizer(const JsonValue &value)
{
    const std::string type = value.at("type").string();
    if (type == "BertPreTokenizer")
        return BertPreTokenizer{};
    if (type == "ByteLevel")
        return ByteLevel{value.at("add_prefix_space").boolean(), value.at("use_regex").boolean()};
    if (type == "Metaspace")
        return Metaspace{read_u32(value, "replacement", kMaxCodePoint),
                         enum_from(kSchemes, value.at("prepend_scheme")),
                         value.at("split").boolean()};
    if (type == "Whitespace")
        return Whitespace{};
    if (type == "WhitespaceSplit")
        return WhitespaceSplit{};
    if (type == "Split")
        return Split{pattern_from_json(value.at("pattern")),
                     enum_from(kBehaviors, value.at("behavior")), value.at("invert").boolean()};
    if (type == "Punctuation")
        return Punctuation{enum_from(kBehaviors, value.at("behavior"))};
    if (type == "Digits")
        return Digits{value.at("individual_digits").boolean()};
    if (type == "CharDelimiterSplit")
        return CharDelimiterSplit{read_u32(value, "delimiter", kMaxCodePoint)};
    if (type == "UnicodeScripts")
        return UnicodeScripts{};
    if (type != "FixedLength")
        value.at("type").fail("is unknown");
    const int64_t length = value.at("length").integer(1, kMaxU32);
    return FixedLength{static_cast<uint32_t>(length)};
}

Unknown read_unknown(const JsonValue &value, int64_t id_limit)
{
    Unknown unknown;
    unknown.named = value.at("named").boolean();
    if (const auto id = value.find_set("id"))
        unknown.id = static_cast<int32_t>(id->integer(0, id_limit - 1));
    return unknown;
}

components::ModelSpec read_model(const JsonValue &value, int64_t id_limit)
{
    const std::string type = value.at("type").string();
    const Unknown unknown = read_unknown(value.at("unknown"), id_limit);
    if (type == "WordPiece")
        return WordPieceModel{unknown, value.at("continuing_subword_prefix").string(),
                              read_u32(value, "max_input_chars_per_word")};
    if (type == "BPE")
        return BpeModel{unknown,
                        value.at("continuing_subword_prefix").string(),
                        value.at("end_of_word_suffix").string(),
                        value.at("fuse_unk").boolean(),
                        value.at("byte_fallback").boolean(),
                        value.at("ignore_merges").boolean()};
    if (type == "Unigram")
        return UnigramModel{unknown, value.at("byte_fallback").boolean()};
    if (type != "WordLevel")
        value.at("type").fail("is unknown");
    return WordLevelModel{unknown};
}

PostProcessing read_post_processing(const JsonValue &value, int64_t id_limit)
{
    const auto special = [id_limit](const JsonValue &item) {
        return SpecialId{static_cast<int32_t>(item.at("id").integer(0, id_limit - 1)),
                         read_u32(item, "type_id")};
    };
    const auto trim = [](const JsonValue &item) {
        return TrimOffsets{item.at("add_prefix_space").boolean(),
                           item.at("first_is_special").boolean()};
    };
    return {read_list<TrimOffsets>(value.at("trims"), trim),
            read_list<SpecialId>(value.at("prefix"), special),
            read_list<SpecialId>(value.at("suffix"), special), read_u32(value, "text_type_id")};
}

} // namespace

json added_token_to_json(const AddedToken &token)
{
    return {{"content", token.content}, {"id", token.id},
            {"lstrip", token.lstrip},   {"normalized", token.normalized},
            {"rstrip", token.rstrip},   {"single_word", token.single_word},
            {"special", token.special}};
}

AddedToken added_token_from_json(const JsonValue &value, int64_t id_limit)
{
    AddedToken token;
    token.id = static_cast<int32_t>(value.at("id").integer(0, id_limit - 1));
    token.content = value.at("content").string();
    token.single_word = value.at("single_word").boolean();
    token.lstrip = value.at("lstrip").boolean();
    token.rstrip = value.at("rstrip").boolean();
    token.normalized = value.at("normalized").boolean();
    token.special = value.at("special").boolean();
    return token;
}

json components_to_json(const ComponentsSpec &spec)
{
    const PostProcessing &post = spec.post_processing;
    return {{"added_tokens", put_list(spec.added_tokens)},
            {"model", put(spec.model)},
            {"normalizers", put_list(spec.normalizers)},
            {"post_processing",
             {{"prefix", put_list(post.prefix)},
              {"suffix", put_list(post.suffix)},
              {"text_type_id", post.text_type_id},
              {"trims", put_list(post.trims)}}},
            {"pre_tokenizers", put_list(spec.pre_tokenizers)},
            {"type", "components"}};
}

ComponentsSpec components_from_json(const JsonValue &value, int64_t id_limit)
{
    const auto added = [id_limit](const JsonValue &item) {
        return added_token_from_json(item, id_limit);
    };
    ComponentsSpec spec;
    spec.normalizers = read_list<NormalizerSpec>(value.at("normalizers"), read_normalizer);
    spec.pre_tokenizers =
        read_list<PreTokenizerSpec>(value.at("pre_tokenizers"), read_pre_tokenizer);
    spec.model = read_model(value.at("model"), id_limit);
    spec.post_processing = read_post_processing(value.at("post_processing"), id_limit);
    spec.added_tokens = read_list<AddedToken>(value.at("added_tokens"), added);
    return spec;
}

} // namespace sbert::encoder
