// tokenizer.json: see tokenizer_json.h.
#include "encoder/import/tokenizer/wordpiece_json.h"

#include <algorithm>
#include <utility>

#include "encoder/error.h"

namespace sbert::encoder {

namespace {

[[noreturn]] void unsupported(const JsonValue &root, const std::string &component,
                              const std::string &type)
{
    throw Error(ErrorCode::kModelUnsupported,
                "\"" + printable(root.source()) + "\": the " + component + " \"" + printable(type) +
                    "\" is not supported",
                "Supported are WordPiece, BertNormalizer, BertPreTokenizer, TemplateProcessing "
                "and BertProcessing.");
}

void require_type(const JsonValue &root, const char *component, const char *type)
{
    auto value = root.find_set(component);
    std::string found = value ? value->string_or("type", "") : "null";
    if (found != type)
        unsupported(root, component, found);
}

void read_normalizer(const JsonValue &root, TokenizerSpec &spec)
{
    require_type(root, "normalizer", "BertNormalizer");
    JsonValue normalizer = root.at("normalizer");
    spec.clean_text = normalizer.boolean_or("clean_text", true);
    spec.handle_chinese_chars = normalizer.boolean_or("handle_chinese_chars", true);
    spec.lowercase = normalizer.boolean_or("lowercase", true);
    spec.strip_accents = normalizer.boolean_or("strip_accents", spec.lowercase);
}

void read_model(const JsonValue &root, int64_t id_limit, TokenizerFiles &files)
{
    JsonValue model = root.at("model");
    std::string type = model.string_or("type", "WordPiece"); // early files leave it out
    if (type != "WordPiece")
        unsupported(root, "model", type);
    files.spec.continuing_subword_prefix = model.string_or("continuing_subword_prefix", "##");
    files.spec.max_input_chars_per_word =
        static_cast<uint32_t>(model.integer_or("max_input_chars_per_word", 100, 1, kMaxWordChars));
    files.unk_token = model.string_or("unk_token", "[UNK]");
    int64_t unk_id = -1;
    model.at("vocab").for_each_member([&](const std::string &token, const JsonValue &value) {
        auto id = static_cast<size_t>(value.integer(0, id_limit - 1));
        if (id >= files.tokens.size())
            files.tokens.resize(id + 1);
        if (!files.tokens[id].empty())
            value.fail("has the id of another token");
        files.tokens[id] = token;
        if (token == files.unk_token)
            unk_id = static_cast<int64_t>(id);
    });
    if (unk_id < 0)
        model.fail("lacks the unknown token in its vocabulary");
    files.spec.unk_id = static_cast<int32_t>(unk_id);
}

void read_added_tokens(const JsonValue &root, int64_t id_limit, TokenizerFiles &files)
{
    auto added = root.find_set("added_tokens");
    if (!added)
        return;
    added->require_array();
    for (size_t i = 0; i < added->size(); ++i) {
        JsonValue entry = added->element(i);
        AddedToken token = read_added_token(entry);
        token.id = static_cast<int32_t>(entry.at("id").integer(0, id_limit - 1));
        add_token(files, std::move(token), entry);
    }
}

// BERT's second token type is for the second of two texts; a single text is of type 0 throughout.
void require_type_zero(const JsonValue &item)
{
    if (item.integer_or("type_id", 0, 0, INT32_MAX) != 0)
        item.fail("has another type_id than 0, which is not supported");
}

// {"single": [{"SpecialToken": {"id": "[CLS]"}}, {"Sequence": {"id": "A"}}, ...], "special_tokens":
// {"[CLS]": {"ids": [...]}}}
void read_template(const JsonValue &processor, int64_t id_limit, TokenizerSpec &spec)
{
    JsonValue single = processor.at("single").require_array();
    bool text_seen = false;
    for (size_t i = 0; i < single.size(); ++i) {
        JsonValue item = single.element(i);
        if (auto sequence = item.find("Sequence")) {
            require_type_zero(*sequence);
            if (text_seen || sequence->at("id").string() != "A")
                item.fail("must hold the text once");
            text_seen = true;
            continue;
        }
        JsonValue special = item.at("SpecialToken");
        require_type_zero(special);
        JsonValue ids =
            processor.at("special_tokens").at(special.at("id").string()).at("ids").require_array();
        auto &side = text_seen ? spec.suffix_ids : spec.prefix_ids;
        for (size_t k = 0; k < ids.size(); ++k)
            side.push_back(static_cast<int32_t>(ids.element(k).integer(0, id_limit - 1)));
    }
    if (!text_seen)
        single.fail("must hold the text once");
}

// {"sep": ["[SEP]", 102], "cls": ["[CLS]", 101]}
int32_t processing_id(const JsonValue &processor, const char *key, int64_t id_limit)
{
    JsonValue pair = processor.at(key).require_array();
    if (pair.size() != 2)
        pair.fail("must hold a token and its id");
    return static_cast<int32_t>(pair.element(1).integer(0, id_limit - 1));
}

void read_post_processor(const JsonValue &root, int64_t id_limit, TokenizerSpec &spec)
{
    auto processor = root.find_set("post_processor");
    if (!processor)
        return;
    std::string type = processor->string_or("type", "");
    if (type == "TemplateProcessing") {
        read_template(*processor, id_limit, spec);
    } else if (type == "BertProcessing") {
        spec.prefix_ids = {processing_id(*processor, "cls", id_limit)};
        spec.suffix_ids = {processing_id(*processor, "sep", id_limit)};
    } else {
        unsupported(root, "post_processor", type);
    }
}

} // namespace

AddedToken read_added_token(const JsonValue &entry)
{
    AddedToken token;
    token.content = entry.at("content").string();
    token.single_word = entry.boolean_or("single_word", false);
    token.lstrip = entry.boolean_or("lstrip", false);
    token.rstrip = entry.boolean_or("rstrip", false);
    token.special = entry.boolean_or("special", false);
    token.normalized = entry.boolean_or("normalized", !token.special);
    if (token.content.empty() || token.content.size() > kMaxAddedTokenBytes)
        entry.fail("holds a token of " + std::to_string(token.content.size()) +
                   " bytes, where 1 to " + std::to_string(kMaxAddedTokenBytes) + " are allowed");
    return token;
}

void add_token(TokenizerFiles &files, AddedToken token, const JsonValue &place)
{
    auto id = static_cast<size_t>(token.id);
    if (id >= files.tokens.size())
        files.tokens.resize(id + 1);
    std::string &text = files.tokens[id];
    if (!text.empty() && text != token.content)
        place.fail("has the id of token \"" + printable(text) + "\"");
    text = token.content;
    files.spec.added_tokens.push_back(std::move(token));
}

TokenizerFiles parse_tokenizer_json(const JsonValue &root, int64_t id_limit)
{
    TokenizerFiles files;
    read_normalizer(root, files.spec);
    require_type(root, "pre_tokenizer", "BertPreTokenizer");
    read_model(root, id_limit, files);
    read_added_tokens(root, id_limit, files);
    read_post_processor(root, id_limit, files.spec);
    return files;
}

} // namespace sbert::encoder
