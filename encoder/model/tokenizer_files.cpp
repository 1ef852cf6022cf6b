// The tokenizer of a model directory: see tokenizer_files.h.
#include "encoder/model/tokenizer_files.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "encoder/error.h"
#include "encoder/model/families/family.h"
#include "encoder/model/mapped_file.h"

namespace sbert::encoder {

namespace {

constexpr size_t kMaxTokenizerBytes = 256u << 20;
constexpr size_t kMaxConfigBytes = 64u << 20;

enum class TokenizerClass { kBert, kAsInFile };

TokenizerClass tokenizer_class(const JsonValue &config)
{
    refuse_custom_code(config);
    std::string name = config.string_or("tokenizer_class", "BertTokenizer");
    if (name.ends_with("Fast"))
        name.resize(name.size() - 4);
    for (const char *bert : {"BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer"})
        if (name == bert)
            return TokenizerClass::kBert;
    for (const char *other : {"PreTrainedTokenizer", "TokenizersBackend", "RobertaTokenizer",
                              "XLMRobertaTokenizer", "CamembertTokenizer", "MPNetTokenizer",
                              "AlbertTokenizer", "XLNetTokenizer", "GPT2Tokenizer", "T5Tokenizer"})
        if (name == other)
            return TokenizerClass::kAsInFile;
    throw Error(ErrorCode::kModelUnsupported,
                "\"" + printable(config.source()) + "\": tokenizer_class \"" + printable(name) +
                    "\" is not supported",
                "Save the tokenizer as PreTrainedTokenizerFast, with tokenizer.json.");
}

JsonDocument read_object_or_empty(const std::string &path)
{
    std::string text = is_regular_file(path) ? read_text_file(path, kMaxConfigBytes) : "{}";
    JsonDocument document(text, path, kMaxConfigBytes);
    document.root().require_object();
    return document;
}

// A special token is written as a string, or as an object with "content".
std::optional<std::string> special_token(const JsonValue &config, const char *key)
{
    auto value = config.find_set(key);
    if (!value)
        return std::nullopt;
    return value->is_object() ? value->at("content").string() : value->string();
}

// The names of the special tokens: tokenizer_config.json, special_tokens_map.json, the class's own.
std::string special_name(const JsonValue &config, const JsonValue &map, const char *key,
                         const char *otherwise)
{
    if (auto name = special_token(config, key))
        return *name;
    return special_token(map, key).value_or(otherwise);
}

// One token a line, the line's number is the id. As the transformers library reads it: only the
// line feed is cut off, and the last line may lack it.
void read_vocab_text(const std::string &path, int64_t id_limit, TokenizerFiles &files)
{
    std::string text = read_text_file(path, kMaxTokenizerBytes);
    for (size_t begin = 0; begin < text.size();) {
        size_t end = std::min(text.find('\n', begin), text.size());
        std::string_view token = std::string_view(text).substr(begin, end - begin);
        if (token.ends_with('\r'))
            token.remove_suffix(1);
        files.tokens.emplace_back(token);
        begin = end + 1;
    }
    if (files.tokens.empty() || files.tokens.size() > static_cast<size_t>(id_limit))
        throw Error(ErrorCode::kModelInvalid,
                    "\"" + path + "\" holds " + std::to_string(files.tokens.size()) +
                        " tokens where the word table has " + std::to_string(id_limit) + " rows");
}

using TokenIds = std::unordered_map<std::string, int32_t>;

TokenIds token_ids(const TokenizerFiles &files)
{
    TokenIds ids;
    for (size_t i = 0; i < files.tokens.size(); ++i)
        ids.emplace(files.tokens[i], static_cast<int32_t>(i));
    return ids;
}

int32_t require_token(const TokenIds &ids, const std::string &token, const std::string &path)
{
    auto found = ids.find(token);
    if (found == ids.end())
        throw Error(ErrorCode::kModelInvalid,
                    "\"" + path + "\" lacks the special token \"" + printable(token) + "\"");
    return found->second;
}

// vocab.txt knows no added tokens; the class adds its special ones.
void add_special_tokens(const JsonValue &config, const JsonValue &map, TokenizerFiles &files)
{
    TokenIds ids = token_ids(files);
    std::unordered_set<std::string> seen;
    constexpr std::pair<const char *, const char *> kSpecial[] = {{"pad_token", "[PAD]"},
                                                                  {"unk_token", "[UNK]"},
                                                                  {"cls_token", "[CLS]"},
                                                                  {"sep_token", "[SEP]"},
                                                                  {"mask_token", "[MASK]"}};
    for (const auto &[key, otherwise] : kSpecial) {
        std::string name = special_name(config, map, key, otherwise);
        auto found = ids.find(name);
        if (name.empty() || found == ids.end() || !seen.insert(name).second)
            continue;
        AddedToken token;
        token.id = found->second;
        token.content = name;
        token.special = true;
        files.spec.added_tokens.push_back(std::move(token));
    }
}

// "added_tokens_decoder": {"100": {"content": "[UNK]", ...}}; what tokenizer.json has already is
// left as it is there.
void merge_added_tokens(const JsonValue &config, int64_t id_limit, TokenizerFiles &files)
{
    auto decoder = config.find_set("added_tokens_decoder");
    if (!decoder)
        return;
    std::unordered_set<std::string> known;
    for (const AddedToken &token : files.spec.added_tokens)
        known.insert(token.content);
    decoder->for_each_member([&](const std::string &key, const JsonValue &entry) {
        AddedToken token;
        token.content = entry.at("content").string();
        if (!known.insert(token.content).second)
            return;
        constexpr size_t kMaxDigits = 9;
        bool digits = !key.empty() && key.size() <= kMaxDigits &&
                      key.find_first_not_of("0123456789") == key.npos;
        if (!digits || std::stoll(key) >= id_limit)
            entry.fail("has an id outside of the word table");
        token.id = static_cast<int32_t>(std::stoll(key));
        token.single_word = entry.boolean_or("single_word", false);
        token.lstrip = entry.boolean_or("lstrip", false);
        token.rstrip = entry.boolean_or("rstrip", false);
        token.special = entry.boolean_or("special", false);
        token.normalized = entry.boolean_or("normalized", !token.special);
        add_token(files, std::move(token), entry);
    });
}

// What tokenizer_config.json adds to a tokenizer of components: nothing that the file has not.
void check_added_tokens(const JsonValue &config, const ComponentsFile &file)
{
    auto decoder = config.find_set("added_tokens_decoder");
    if (!decoder)
        return;
    std::unordered_set<std::string> known;
    for (const AddedToken &token : file.spec.added_tokens)
        known.insert(token.content);
    decoder->for_each_member([&](const std::string &, const JsonValue &entry) {
        if (!known.contains(entry.at("content").string()))
            entry.fail("is an added token that tokenizer.json lacks");
    });
}

bool same_normalizer(const TokenizerSpec &a, const TokenizerSpec &b)
{
    return a.clean_text == b.clean_text && a.handle_chinese_chars == b.handle_chinese_chars &&
           a.strip_accents == b.strip_accents && a.lowercase == b.lowercase;
}

// What the class BertTokenizer does whatever tokenizer.json holds.
void apply_bert_class(const JsonValue &config, const JsonValue &map, const std::string &path,
                      DirectoryTokenizer &tokenizer)
{
    TokenizerSpec &spec = tokenizer.files.spec;
    TokenizerSpec before = spec;
    spec.clean_text = true;
    spec.handle_chinese_chars = config.boolean_or("tokenize_chinese_chars", true);
    spec.lowercase = config.boolean_or("do_lower_case", true);
    spec.strip_accents = config.boolean_or("strip_accents", spec.lowercase);
    spec.continuing_subword_prefix = "##";
    spec.max_input_chars_per_word = 100;
    if (!same_normalizer(before, spec))
        tokenizer.notes.push_back("the normalizer of \"" + path +
                                  "\" is overruled by tokenizer_config.json and its defaults, as "
                                  "the transformers library does");
    if (!spec.prefix_ids.empty() || !spec.suffix_ids.empty())
        return;
    TokenIds ids = token_ids(tokenizer.files);
    spec.prefix_ids = {require_token(ids, special_name(config, map, "cls_token", "[CLS]"), path)};
    spec.suffix_ids = {require_token(ids, special_name(config, map, "sep_token", "[SEP]"), path)};
}

std::optional<int64_t> model_max_length(const JsonValue &config)
{
    constexpr double kNotSet = 1e9; // the library writes 10^30 for "no limit"
    double length = config.number_or("model_max_length", 2 * kNotSet);
    if (length > kNotSet)
        return std::nullopt;
    if (length < 1)
        config.at("model_max_length").fail("is not positive");
    return static_cast<int64_t>(length);
}

} // namespace

DirectoryTokenizer parse_any_tokenizer(const JsonValue &root, int64_t id_limit)
{
    DirectoryTokenizer tokenizer;
    try {
        tokenizer.files = parse_tokenizer_json(root, id_limit);
    } catch (const Error &error) {
        if (error.code() != ErrorCode::kModelUnsupported)
            throw;
        tokenizer.components = parse_tokenizer_components(root, id_limit);
    }
    return tokenizer;
}

DirectoryTokenizer read_tokenizer(const std::string &folder, int64_t id_limit)
{
    JsonDocument config_file = read_object_or_empty(folder + "/tokenizer_config.json");
    JsonDocument map_file = read_object_or_empty(folder + "/special_tokens_map.json");
    JsonValue config = config_file.root();
    TokenizerClass kind = tokenizer_class(config);
    DirectoryTokenizer tokenizer;
    std::string path = folder + "/tokenizer.json";
    if (is_regular_file(path)) {
        JsonDocument document(read_text_file(path, kMaxTokenizerBytes), path, kMaxTokenizerBytes);
        if (kind == TokenizerClass::kAsInFile) {
            tokenizer = parse_any_tokenizer(document.root(), id_limit);
            if (tokenizer.components)
                check_added_tokens(config, *tokenizer.components);
            else
                merge_added_tokens(config, id_limit, tokenizer.files);
        } else {
            tokenizer.files = parse_tokenizer_json(document.root(), id_limit);
            merge_added_tokens(config, id_limit, tokenizer.files);
            apply_bert_class(config, map_file.root(), path, tokenizer);
        }
    } else {
        path = folder + "/vocab.txt";
        if (!is_regular_file(path))
            throw Error(ErrorCode::kModelUnsupported,
                        "\"" + folder + "\" has neither tokenizer.json nor vocab.txt",
                        "Save the tokenizer with tokenizer.json.");
        read_vocab_text(path, id_limit, tokenizer.files);
        tokenizer.files.unk_token = special_name(config, map_file.root(), "unk_token", "[UNK]");
        tokenizer.files.spec.unk_id =
            require_token(token_ids(tokenizer.files), tokenizer.files.unk_token, path);
        add_special_tokens(config, map_file.root(), tokenizer.files);
        merge_added_tokens(config, id_limit, tokenizer.files);
        apply_bert_class(config, map_file.root(), path, tokenizer);
        tokenizer.notes.clear(); // there was no other opinion to overrule
    }
    tokenizer.model_max_length = model_max_length(config);
    return tokenizer;
}

} // namespace sbert::encoder
