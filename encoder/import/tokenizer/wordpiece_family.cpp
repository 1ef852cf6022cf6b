// Tokenizers of the WordPiece family: see wordpiece_family.h.
#include "encoder/import/tokenizer/wordpiece_family.h"

#include <algorithm>
#include <utility>

namespace sbert::encoder {

using namespace components;

bool is_wordpiece_family(const JsonValue &root, std::string &what)
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

static std::vector<int32_t> ids_of(const std::vector<SpecialId> &specials, const JsonValue &root)
{
    std::vector<int32_t> ids;
    for (const SpecialId &special : specials) {
        if (special.type_id != 0)
            root.at("post_processor").fail("has another type_id than 0, which is not supported");
        ids.push_back(special.id);
    }
    return ids;
}

TokenizerFiles to_wordpiece(ComponentsFile file, const JsonValue &root)
{
    const auto *model = std::get_if<WordPieceModel>(&file.spec.model);
    if (model == nullptr)
        root.at("model").fail("is no WordPiece model");
    const auto &bert = std::get<BertNormalizer>(file.spec.normalizers.at(0));
    const PostProcessing &post = file.spec.post_processing;
    TokenizerFiles files;
    files.tokens = std::move(file.source.tokens);
    files.spec = {.clean_text = bert.clean_text,
                  .handle_chinese_chars = bert.handle_chinese_chars,
                  .strip_accents = bert.strip_accents,
                  .lowercase = bert.lowercase,
                  .max_input_chars_per_word = model->max_input_chars_per_word,
                  .continuing_subword_prefix = model->continuing_subword_prefix,
                  .unk_id = *model->unknown.id,
                  .added_tokens = {},
                  .prefix_ids = ids_of(post.prefix, root),
                  .suffix_ids = ids_of(post.suffix, root)};
    ids_of({{0, post.text_type_id}}, root);
    for (AddedToken &token : file.spec.added_tokens)
        add_token(files, std::move(token), root.at("added_tokens"));
    return files;
}

void add_token(TokenizerFiles &files, AddedToken token, const JsonValue &place)
{
    auto id = static_cast<size_t>(token.id);
    if (id >= files.tokens.size())
        files.tokens.resize(id + 1);
    std::string &text = files.tokens[id];
    if (!text.empty() && text != token.content)
        place.fail("has the id of token " + in_quotes(text));
    text = token.content;
    files.spec.added_tokens.push_back(std::move(token));
}

} // namespace sbert::encoder
