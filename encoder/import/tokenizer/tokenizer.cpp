#include "encoder/import/tokenizer/tokenizer.h"

#include <algorithm>
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

int32_t require_token(const Vocabulary &vocabulary, const std::string &token,
                      const std::string &path)
{
    const int32_t id = vocabulary.id(token);
    if (id < 0)
        throw Error(ErrorCode::kModelInvalid,
                    "\"" + path + "\" lacks the special token " + in_quotes(token));
    return id;
}

// vocab.txt knows no added tokens; the class adds its special ones.
void add_special_tokens(const TokenizerSettings &settings, const Vocabulary &vocabulary,
                        std::vector<AddedToken> &added)
{
    std::unordered_set<std::string> seen;
    constexpr std::pair<const char *, const char *> kSpecial[] = {{"pad_token", "[PAD]"},
                                                                  {"unk_token", "[UNK]"},
                                                                  {"cls_token", "[CLS]"},
                                                                  {"sep_token", "[SEP]"},
                                                                  {"mask_token", "[MASK]"}};
    for (const auto &[key, otherwise] : kSpecial) {
        std::string name = special_name(settings, key, otherwise);
        const int32_t id = vocabulary.id(name);
        if (id >= 0 && seen.insert(name).second)
            added.push_back({.id = id, .content = name, .special = true});
    }
}

std::unordered_set<std::string> contents(const std::vector<AddedToken> &tokens)
{
    std::unordered_set<std::string> known;
    for (const AddedToken &token : tokens)
        known.insert(token.content);
    return known;
}

// Puts a token of BERT's family into its place among the others, where it may be already.
void add_token(TokenizerFile &file, AddedToken token, const JsonValue &place)
{
    auto id = static_cast<size_t>(token.id);
    std::vector<std::string> &tokens = file.source.tokens;
    if (id >= tokens.size())
        tokens.resize(id + 1);
    if (!tokens[id].empty() && tokens[id] != token.content)
        place.fail("has the id of token " + in_quotes(tokens[id]));
    tokens[id] = token.content;
    file.spec.added_tokens.push_back(std::move(token));
}

// "added_tokens_decoder": {"100": {"content": "[UNK]", ...}}; what tokenizer.json has already is
// left as it is there. Only BERT's family takes others.
void merge_added_tokens(const JsonValue &config, int64_t id_limit, TokenizerFile &file)
{
    auto known = contents(file.spec.added_tokens);
    const auto decoder = config.find_set("added_tokens_decoder");
    if (!decoder)
        return;
    decoder->for_each_member([&](const std::string &key, const JsonValue &entry) {
        if (!file.spec.bert_family) {
            if (!known.contains(entry.at("content").string()))
                entry.fail("is an added token that tokenizer.json lacks");
            return;
        }
        AddedToken token = read_added_token(entry);
        if (!known.insert(token.content).second)
            return;
        const auto id = id_of_key(key);
        if (!id || *id >= id_limit)
            entry.fail("has an id outside of the word table");
        token.id = static_cast<int32_t>(*id);
        add_token(file, std::move(token), entry);
    });
}

// Whether the file is of BERT's family, by the types of its components: a WordPiece model,
// BertNormalizer, BertPreTokenizer, and a post-processor that is a template, a BertProcessing or
// null. Where it is not, `what` names the first one that is something else.
bool is_bert_family(const JsonValue &root, std::string &what)
{
    const auto is = [&](const char *component, std::initializer_list<std::string_view> types) {
        const auto value = root.find_set(component);
        const std::string type = value ? value->string_or("type", "") : "null";
        what = std::string(component) + " " + in_quotes(type);
        return std::find(types.begin(), types.end(), type) != types.end();
    };
    return is("normalizer", {"BertNormalizer"}) && is("pre_tokenizer", {"BertPreTokenizer"}) &&
           is("model", {"WordPiece", ""}) && // early files leave the type out
           is("post_processor", {"TemplateProcessing", "BertProcessing", "null"});
}

// Makes the file one of BERT's family. A single text has no other token type than 0.
void join_bert_family(const JsonValue &root, TokenizerFile &file)
{
    if (!std::holds_alternative<WordPieceModel>(file.spec.model))
        root.at("model").fail("is no WordPiece model");
    const PostProcessing &post = file.spec.post_processing;
    const auto is_other = [](const SpecialId &special) { return special.type_id != 0; };
    if (std::any_of(post.prefix.begin(), post.prefix.end(), is_other) ||
        std::any_of(post.suffix.begin(), post.suffix.end(), is_other) || post.text_type_id != 0)
        root.at("post_processor").fail("has another type_id than 0, which is not supported");
    file.spec.bert_family = true;
    for (AddedToken &token : std::exchange(file.spec.added_tokens, {}))
        add_token(file, std::move(token), root.at("added_tokens"));
}

// What the class BertTokenizer does whatever tokenizer.json holds.
void apply_bert_class(const TokenizerSettings &settings, const std::string &path,
                      DirectoryTokenizer &tokenizer)
{
    const JsonValue config = settings.config();
    TokenizerSpec &spec = tokenizer.file.spec;
    auto &bert = std::get<BertNormalizer>(spec.normalizers.at(0));
    auto &model = std::get<WordPieceModel>(spec.model);
    const BertNormalizer before = bert;
    bert.clean_text = true;
    bert.handle_chinese_chars = config.boolean_or("tokenize_chinese_chars", true);
    bert.lowercase = config.boolean_or("do_lower_case", true);
    bert.strip_accents = config.boolean_or("strip_accents", bert.lowercase);
    model.continuing_subword_prefix = "##";
    model.max_input_chars_per_word = 100;
    if (before != bert)
        tokenizer.notes.push_back("the normalizer of \"" + path +
                                  "\" is overruled by tokenizer_config.json and its defaults, as "
                                  "the transformers library does");
    PostProcessing &post = spec.post_processing;
    if (!post.prefix.empty() || !post.suffix.empty())
        return;
    const Vocabulary vocabulary(tokenizer.file.source.tokens);
    post.prefix = {{require_token(vocabulary, special_name(settings, "cls_token", "[CLS]"), path)}};
    post.suffix = {{require_token(vocabulary, special_name(settings, "sep_token", "[SEP]"), path)}};
    tokenizer.file.pair = {{post.prefix, post.suffix, {{post.suffix[0].id, 1}}, 0, 1}};
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
    TokenizerFile &file = tokenizer.file;
    file.source.tokens =
        read_vocabulary_lines(read_text_file(path, kMaxTokenizerBytes), path, id_limit);
    const Vocabulary vocabulary(file.source.tokens);
    file.spec =
        bert_spec(require_token(vocabulary, special_name(settings, "unk_token", "[UNK]"), path));
    add_special_tokens(settings, vocabulary, file.spec.added_tokens);
    merge_added_tokens(settings.config(), id_limit, file);
    apply_bert_class(settings, path, tokenizer);
    tokenizer.notes.clear(); // there was no other opinion to overrule
    return tokenizer;
}

// What the class makes of the vocabulary in tokenizer.json.
DirectoryTokenizer read_class_json(const TokenizerSettings &settings, const JsonValue &root,
                                   int64_t id_limit)
{
    DirectoryTokenizer tokenizer;
    TokenizerFile &file = tokenizer.file = parse_tokenizer_json(root, id_limit);
    const std::string before = tokenizer_to_json(file.spec);
    apply_tokenizer_class(settings, root, id_limit, file);
    if (tokenizer_to_json(file.spec) != before)
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
    if (kind == TokenizerClass::kBert && !is_bert_family(root, foreign))
        unsupported(root, "the " + foreign + " is not supported",
                    "Supported are WordPiece, BertNormalizer, BertPreTokenizer, "
                    "TemplateProcessing and BertProcessing.");
    DirectoryTokenizer tokenizer = {parse_any_tokenizer(root, id_limit), {}, {}};
    merge_added_tokens(settings.config(), id_limit, tokenizer.file);
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

// Whether a model is given the token types: as model_input_names says, or its default in the class.
bool gives_types(const TokenizerSettings &settings)
{
    const auto names = settings.config().find_set("model_input_names");
    if (!names)
        return settings.kind() == TokenizerClass::kBert ||
               settings.kind() == TokenizerClass::kAsInFile;
    bool found = false;
    names->for_each_element([&](const JsonValue &name) {
        found = found || (name.is_string() && name.string() == "token_type_ids");
    });
    return found;
}

void drop_types(PairTemplate &pair)
{
    pair.first_type_id = pair.second_type_id = 0;
    for (auto *specials : {&pair.prefix, &pair.middle, &pair.suffix})
        for (SpecialId &special : *specials)
            special.type_id = 0;
}

} // namespace

TokenizerFile parse_any_tokenizer(const JsonValue &root, int64_t id_limit)
{
    TokenizerFile file = parse_tokenizer_json(root, id_limit);
    if (std::string foreign; is_bert_family(root, foreign))
        join_bert_family(root, file);
    return file;
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
        tokenizer.file = read_class_files(settings, folder, id_limit);
    }
    tokenizer.model_max_length = settings.max_length();
    if (tokenizer.file.pair && !gives_types(settings))
        drop_types(*tokenizer.file.pair);
    return tokenizer;
}

} // namespace sbert::encoder
