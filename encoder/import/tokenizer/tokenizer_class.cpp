#include "encoder/import/tokenizer/tokenizer_class.h"

#include <algorithm>

#include "encoder/error.h"
#include "encoder/import/json_file.h"
#include "encoder/import/tokenizer/class_rules.h"
#include "encoder/import/tokenizer/legacy_files.h"
#include "encoder/model/mapped_file.h"

namespace sbert::encoder {

namespace {

[[noreturn]] void unsupported_class(const TokenizerSettings &settings, const std::string &what)
{
    unsupported(settings.config(), what,
                "Save the tokenizer as PreTrainedTokenizerFast, with tokenizer.json.");
}

// Builds what is around a vocabulary that `file` holds already.
class Builder {
  public:
    Builder(const TokenizerSettings &settings, TokenizerFile &file)
        : settings_(settings), config_(settings.config()), kind_(settings.kind()),
          rules_(rules_of(settings)), file_(file)
    {
    }

    // `own_post`: the file has a post-processor that the class may keep.
    void build(size_t entries, int64_t id_limit, std::vector<AddedToken> of_file,
               std::vector<AddedToken> extra, bool own_post)
    {
        if (extra.empty() || kind_ == TokenizerClass::kT5)
            for (const std::string &name : rules_.extra)
                extra.push_back({.content = name, .special = true});
        const ClassTokens tokens(settings_, rules_.roles, of_file, std::move(extra));
        set_model(tokens);
        file_.spec.normalizers = normalizers();
        file_.spec.pre_tokenizers = pre_tokenizers();
        file_.spec.added_tokens.clear();
        tokens.place(entries, id_limit, file_);
        if (!own_post || !rules_.keeps_post)
            set_post(tokens);
    }

  private:
    std::optional<int32_t> model_id(const std::string &token) const
    {
        const auto &tokens = file_.source.tokens;
        const auto found = std::find(tokens.begin(), tokens.end(), token);
        if (token.empty() || found == tokens.end())
            return std::nullopt;
        return static_cast<int32_t>(found - tokens.begin());
    }

    void set_model(const ClassTokens &tokens)
    {
        const std::string unknown = tokens.content(kUnk);
        if (rules_.model == ModelKind::kBpe) {
            file_.spec.model = BpeModel{};
        } else if (rules_.model == ModelKind::kWordPiece) {
            WordPieceModel model;
            model.unknown = {true, model_id(unknown)};
            if (!model.unknown.id)
                lacks(unknown);
            file_.spec.model = model;
        } else {
            file_.spec.model = UnigramModel{{true, unknown_piece(unknown)}, false};
        }
    }

    int32_t unknown_piece(const std::string &unknown) const
    {
        const auto count = static_cast<int64_t>(file_.source.tokens.size());
        int64_t id = 0;
        if (rules_.unknown_piece)
            id = *rules_.unknown_piece;
        else if (kind_ == TokenizerClass::kCamembert)
            id = model_id(unknown).value_or(0);
        else
            id = config_.integer_or("unk_id", own_unknown, 0, count - 1);
        if (id >= count)
            unsupported_class(settings_, "a vocabulary of " + std::to_string(count) +
                                             " pieces has no place for the unknown one");
        return static_cast<int32_t>(id);
    }

    bool is_lower_cased() const
    {
        const bool otherwise = kind_ != TokenizerClass::kXlnet;
        return config_.boolean_or("do_lower_case", otherwise);
    }

    // XLNet drops accents whatever `keep_accents` says, and neither class looks at `remove_space`:
    // so does the library.
    std::vector<NormalizerSpec> normalizers() const
    {
        std::vector<NormalizerSpec> out;
        if (rules_.model == ModelKind::kWordPiece) {
            BertNormalizer bert;
            bert.handle_chinese_chars = config_.boolean_or("tokenize_chinese_chars", true);
            bert.lowercase = is_lower_cased();
            bert.strip_accents = config_.boolean_or("strip_accents", bert.lowercase);
            return {bert};
        }
        if (kind_ == TokenizerClass::kAlbert || kind_ == TokenizerClass::kXlnet) {
            out.emplace_back(Replace{{false, "``"}, "\""});
            out.emplace_back(Replace{{false, "''"}, "\""});
            if (kind_ == TokenizerClass::kXlnet || !config_.boolean_or("keep_accents", false)) {
                out.emplace_back(UnicodeForm::kNfkd);
                out.emplace_back(StripAccents{});
            }
            if (is_lower_cased())
                out.emplace_back(Lowercase{});
        }
        if (rules_.model == ModelKind::kUnigram && !file_.source.charsmaps.empty())
            out.emplace_back(Precompiled{0});
        return out;
    }

    bool adds_prefix_space() const
    {
        if (kind_ == TokenizerClass::kXlnet || kind_ == TokenizerClass::kT5)
            return true; // whatever the setting says
        return config_.boolean_or("add_prefix_space", rules_.model == ModelKind::kUnigram);
    }

    std::vector<PreTokenizerSpec> pre_tokenizers() const
    {
        if (rules_.model == ModelKind::kWordPiece)
            return {BertPreTokenizer{}};
        if (rules_.model == ModelKind::kBpe)
            return {ByteLevel{adds_prefix_space(), true}};
        Metaspace metaspace;
        metaspace.prepend_scheme =
            adds_prefix_space() ? PrependScheme::kAlways : PrependScheme::kNever;
        return {WhitespaceSplit{}, metaspace};
    }

    int32_t special_id(const ClassTokens &tokens, Role role) const
    {
        const std::string name = tokens.content(role);
        for (const AddedToken &token : file_.spec.added_tokens)
            if (token.content == name)
                return token.id;
        lacks(name);
    }

    [[noreturn]] void lacks(const std::string &token) const
    {
        throw Error(ErrorCode::kModelInvalid,
                    in_quotes(settings_.config().source()) + ": the class " +
                        printable(settings_.class_name()) + " needs the token " + in_quotes(token) +
                        ", which the vocabulary lacks");
    }

    void set_post(const ClassTokens &tokens)
    {
        PostProcessing &post = file_.spec.post_processing;
        post = {};
        if (rules_.trims)
            post.trims = {{kind_ == TokenizerClass::kRoberta && adds_prefix_space(), false}};
        for (const Beside &special : rules_.before)
            post.prefix.push_back({special_id(tokens, special.role), special.type_id});
        for (const Beside &special : rules_.after)
            post.suffix.push_back({special_id(tokens, special.role), special.type_id});
        set_pair(tokens);
    }

    // No class but BERT's gives the second text a type of its own.
    void set_pair(const ClassTokens &tokens)
    {
        file_.pair.reset();
        if (rules_.between.empty())
            return;
        PairTemplate &pair = file_.pair.emplace();
        const PostProcessing &post = file_.spec.post_processing;
        pair.prefix = post.prefix;
        pair.suffix = post.suffix;
        for (const Beside &special : rules_.between)
            pair.middle.push_back({special_id(tokens, special.role), special.type_id});
    }

    const TokenizerSettings &settings_;
    JsonValue config_;
    TokenizerClass kind_;
    ClassRules rules_;
    TokenizerFile &file_;

  public:
    int64_t own_unknown = 0; // XLNet's, as its file has it
};

bool fits(ModelKind kind, const TokenModelSpec &model)
{
    if (const auto *bpe = std::get_if<BpeModel>(&model))
        return kind == ModelKind::kBpe && bpe->continuing_subword_prefix.empty() &&
               bpe->end_of_word_suffix.empty();
    if (const auto *pieces = std::get_if<WordPieceModel>(&model))
        return kind == ModelKind::kWordPiece && pieces->continuing_subword_prefix == "##";
    return kind == ModelKind::kUnigram && std::holds_alternative<UnigramModel>(model);
}

std::string require_file(const TokenizerSettings &settings, const std::string &folder,
                         const std::string &name)
{
    std::string path = folder + "/" + name;
    if (!is_regular_file(path))
        throw Error(ErrorCode::kModelUnsupported,
                    "\"" + folder + "\" has neither tokenizer.json nor " + name +
                        ", which the class " + settings.class_name() + " reads",
                    "Save the tokenizer with tokenizer.json.");
    return path;
}

} // namespace

void apply_tokenizer_class(const TokenizerSettings &settings, const JsonValue &json,
                           int64_t id_limit, TokenizerFile &file)
{
    const ClassRules rules = rules_of(settings);
    const JsonValue model = json.at("model");
    if (!fits(rules.model, file.spec.model))
        unsupported_class(settings, "the class " + settings.class_name() + " and the model of " +
                                        in_quotes(json.source()) + " are of different kinds");
    const JsonValue vocab = model.at("vocab");
    // The class is handed the nearest numbers; the library's own reading of a file rounds twice.
    for (size_t i = 0; rules.model == ModelKind::kUnigram && i < vocab.size(); ++i)
        file.source.scores[i] = vocab.element(i).element(1).number();
    if (rules.model != ModelKind::kUnigram)
        file.source.charsmaps.clear();
    else if (file.source.charsmaps.size() > 1)
        file.source.charsmaps.resize(1);
    Builder builder(settings, file);
    std::vector<AddedToken> of_file = std::move(file.spec.added_tokens);
    builder.build(vocab.size(), id_limit, std::move(of_file), {},
                  json.find_set("post_processor").has_value());
}

TokenizerFile read_class_files(const TokenizerSettings &settings, const std::string &folder,
                               int64_t id_limit)
{
    const ClassRules rules = rules_of(settings);
    const std::string path = require_file(settings, folder, rules.files);
    const std::string text = read_text_file(path, kMaxTokenizerBytes);
    TokenizerFile file;
    Builder builder(settings, file);
    size_t entries = 0;
    std::vector<AddedToken> extra;
    if (rules.model == ModelKind::kBpe) {
        const std::string merges = require_file(settings, folder, "merges.txt");
        const JsonDocument vocab(text, path, kMaxTokenizerBytes);
        entries = read_bpe_vocabulary(vocab.root(), read_text_file(merges, kMaxTokenizerBytes),
                                      merges, id_limit, file);
    } else if (rules.model == ModelKind::kWordPiece) {
        file.source.tokens = read_vocabulary_lines(text, path, id_limit);
        entries = file.source.tokens.size();
    } else {
        const SentencePieceFile pieces =
            parse_sentencepiece(text, path, static_cast<size_t>(id_limit) + 3);
        extra = added_pieces(pieces);
        const ClassTokens names(settings, rules.roles, {}, {});
        take_pieces(pieces, path, layout_of(settings, names), id_limit, file);
        entries = file.source.tokens.size();
        builder.own_unknown = pieces.unk_id;
    }
    builder.build(entries, id_limit, {}, std::move(extra), false);
    return file;
}

} // namespace sbert::encoder
