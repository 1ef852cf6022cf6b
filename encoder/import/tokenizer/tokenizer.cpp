// The tokenizer of a model directory: see tokenizer.h.
#include "encoder/import/tokenizer/tokenizer.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "encoder/error.h"
#include "encoder/import/json_file.h"
#include "encoder/import/tokenizer/json_parts.h"
#include "encoder/import/tokenizer/legacy_files.h"
#include "encoder/import/tokenizer/tokenizer_class.h"
#include "encoder/import/tokenizer/tokenizer_config.h"
#include "encoder/model/mapped_file.h"
#include "encoder/model/spec_json.h"

namespace sbert::encoder {

namespace {

// The name of a special token: tokenizer_config.json's, special_tokens_map.json's, the class's own.
// A file has it as a string, or as an object with "content".
std::string special_name(const TokenizerSettings &settings, const char *key, const char *otherwise)
{
    for (const JsonValue &file : {settings.config(), settings.special_tokens_map()})
        if (const auto value = file.find_set(key))
            return value->is_object() ? value->at("content").string() : value->string();
    return otherwise;
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
                    "\"" + path + "\" lacks the special token " + in_quotes(token));
    return found->second;
}

// vocab.txt knows no added tokens; the class adds its special ones.
void add_special_tokens(const TokenizerSettings &settings, TokenizerFiles &files)
{
    TokenIds ids = token_ids(files);
    std::unordered_set<std::string> seen;
    constexpr std::pair<const char *, const char *> kSpecial[] = {{"pad_token", "[PAD]"},
                                                                  {"unk_token", "[UNK]"},
                                                                  {"cls_token", "[CLS]"},
                                                                  {"sep_token", "[SEP]"},
                                                                  {"mask_token", "[MASK]"}};
    for (const auto &[key, otherwise] : kSpecial) {
        std::string name = special_name(settings, key, otherwise);
        auto found = ids.find(name);
        if (name.empty() || found == ids.end() || !seen.insert(name).second)
            continue;
        files.spec.added_tokens.push_back({.id = found->second, .content = name, .special = true});
    }
}

std::unordered_set<std::string> contents(const std::vector<AddedToken> &tokens)
{
    std::unordered_set<std::string> known;
    for (const AddedToken &token : tokens)
        known.insert(token.content);
    return known;
}

// "added_tokens_decoder": {"100": {"content": "[UNK]", ...}}; what tokenizer.json has already is
// left as it is there.
void merge_added_tokens(const JsonValue &config, int64_t id_limit, TokenizerFiles &files)
{
    auto known = contents(files.spec.added_tokens);
    const auto decoder = config.find_set("added_tokens_decoder");
    if (!decoder)
        return;
    decoder->for_each_member([&](const std::string &key, const JsonValue &entry) {
        AddedToken token = read_added_token(entry);
        if (!known.insert(token.content).second)
            return;
        const auto id = id_of_key(key);
        if (!id || *id >= id_limit)
            entry.fail("has an id outside of the word table");
        token.id = static_cast<int32_t>(*id);
        add_token(files, std::move(token), entry);
    });
}

// What tokenizer_config.json adds to a tokenizer of components: nothing that the file has not.
void check_added_tokens(const JsonValue &config, const ComponentsFile &file)
{
    const auto known = contents(file.spec.added_tokens);
    if (const auto decoder = config.find_set("added_tokens_decoder"))
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
void apply_bert_class(const TokenizerSettings &settings, const std::string &path,
                      DirectoryTokenizer &tokenizer)
{
    const JsonValue config = settings.config();
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
    spec.prefix_ids = {require_token(ids, special_name(settings, "cls_token", "[CLS]"), path)};
    spec.suffix_ids = {require_token(ids, special_name(settings, "sep_token", "[SEP]"), path)};
}

DirectoryTokenizer read_bert_text(const TokenizerSettings &settings, const std::string &folder,
                                  int64_t id_limit)
{
    const std::string path = folder + "/vocab.txt";
    if (!is_regular_file(path))
        throw Error(ErrorCode::kModelUnsupported,
                    "\"" + folder + "\" has neither tokenizer.json nor vocab.txt",
                    "Save the tokenizer with tokenizer.json.");
    DirectoryTokenizer tokenizer;
    tokenizer.files.tokens =
        read_vocabulary_lines(read_text_file(path, kMaxTokenizerBytes), path, id_limit);
    tokenizer.files.spec.unk_id = require_token(token_ids(tokenizer.files),
                                                special_name(settings, "unk_token", "[UNK]"), path);
    add_special_tokens(settings, tokenizer.files);
    merge_added_tokens(settings.config(), id_limit, tokenizer.files);
    apply_bert_class(settings, path, tokenizer);
    tokenizer.notes.clear(); // there was no other opinion to overrule
    return tokenizer;
}

// What the class makes of the vocabulary in tokenizer.json.
DirectoryTokenizer read_class_json(const TokenizerSettings &settings, const JsonValue &root,
                                   int64_t id_limit)
{
    DirectoryTokenizer tokenizer;
    ComponentsFile &file = tokenizer.components.emplace(parse_tokenizer_json(root, id_limit));
    const std::string before = components_to_json(file.spec);
    apply_tokenizer_class(settings, root, id_limit, file);
    if (components_to_json(file.spec) != before)
        tokenizer.notes.push_back("components of \"" + root.source() +
                                  "\" are overruled by tokenizer_config.json and the defaults of " +
                                  settings.class_name() + ", as the transformers library does");
    return tokenizer;
}

DirectoryTokenizer read_json(const TokenizerSettings &settings, const JsonValue &root,
                             int64_t id_limit)
{
    const TokenizerClass kind = settings.kind();
    if (kind != TokenizerClass::kAsInFile && kind != TokenizerClass::kBert)
        return read_class_json(settings, root, id_limit);
    std::string foreign;
    if (kind == TokenizerClass::kBert && !is_wordpiece_family(root, foreign))
        unsupported(root, "the " + foreign + " is not supported",
                    "Supported are WordPiece, BertNormalizer, BertPreTokenizer, "
                    "TemplateProcessing and BertProcessing.");
    DirectoryTokenizer tokenizer = parse_any_tokenizer(root, id_limit);
    if (tokenizer.components)
        check_added_tokens(settings.config(), *tokenizer.components);
    else
        merge_added_tokens(settings.config(), id_limit, tokenizer.files);
    if (kind == TokenizerClass::kBert)
        apply_bert_class(settings, root.source(), tokenizer);
    return tokenizer;
}

// sentence-transformers would cut the beginning of a long text.
void refuse_left_truncation(const JsonValue &root)
{
    const auto truncation = root.find_set("truncation");
    if (truncation && truncation->string_or("direction", "Right") != "Right")
        unsupported(root, "truncation from the left is not supported");
}

} // namespace

DirectoryTokenizer parse_any_tokenizer(const JsonValue &root, int64_t id_limit)
{
    DirectoryTokenizer tokenizer;
    ComponentsFile file = parse_tokenizer_json(root, id_limit);
    if (std::string foreign; is_wordpiece_family(root, foreign))
        tokenizer.files = to_wordpiece(std::move(file), root);
    else
        tokenizer.components = std::move(file);
    return tokenizer;
}

DirectoryTokenizer read_tokenizer(const std::string &folder, int64_t id_limit)
{
    const TokenizerSettings settings(folder);
    const std::string path = folder + "/tokenizer.json";
    DirectoryTokenizer tokenizer;
    if (is_regular_file(path)) {
        const JsonDocument document = read_json_file(path, kMaxTokenizerBytes);
        refuse_left_truncation(document.root());
        tokenizer = read_json(settings, document.root(), id_limit);
    } else if (settings.kind() == TokenizerClass::kAsInFile) {
        throw Error(ErrorCode::kModelUnsupported,
                    "\"" + folder + "\" has no tokenizer.json, which the class " +
                        settings.class_name() + " reads",
                    "Save the tokenizer with tokenizer.json.");
    } else if (settings.kind() == TokenizerClass::kBert) {
        tokenizer = read_bert_text(settings, folder, id_limit);
    } else {
        tokenizer.components = read_class_files(settings, folder, id_limit);
    }
    tokenizer.model_max_length = settings.max_length();
    return tokenizer;
}

} // namespace sbert::encoder
