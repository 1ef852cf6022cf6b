#include "encoder/model/check_spec.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "encoder/error.h"
#include "encoder/model/json.h"
#include "encoder/model/names.h"
#include "encoder/model/prompts.h"
#include "encoder/tokenizer/regex.h"
#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder {

namespace {

// Far beyond every published model, and small enough that a product of two sizes and 4 bytes fits
// 63 bits.
constexpr int64_t kMaxWidth = 1 << 17;
constexpr int64_t kMaxRows = 1 << 24;
constexpr size_t kMaxLayers = 1000;
constexpr size_t kMaxSteps = 100;
constexpr double kMaxTheta = 1e12;
constexpr size_t kMaxLabel = 1000;

[[noreturn]] void fail(const std::string &source, const std::string &what)
{
    throw Error(ErrorCode::kModelInvalid, "invalid model " + in_quotes(source) + ": " + what);
}

class Checker {
  public:
    Checker(const ModelSpec &spec, const std::string &source) : spec_(spec), source_(source) {}

    void check()
    {
        check_transformer();
        check_tokenizer();
        check_pipeline();
        check_head();
        check_limits();
        check_prompts();
    }

  private:
    void require(bool holds, const std::string &what) const
    {
        if (!holds)
            fail(source_, what);
    }
    void require_size(int64_t value, int64_t max, const char *name) const
    {
        require_range(value, 1, max, name);
    }
    void require_range(int64_t value, int64_t min, int64_t max, const char *name) const
    {
        require(value >= min && value <= max, std::string(name) + " is " + std::to_string(value) +
                                                  ", not between " + std::to_string(min) + " and " +
                                                  std::to_string(max));
    }
    void require_eps(float eps) const
    {
        require(std::isfinite(eps) && eps > 0, "the epsilon of a layer norm is not positive");
    }
    void require_id(int64_t id, const char *name) const
    {
        require(id >= 0 && id < spec_.transformer.vocab_size,
                std::string(name) + " has id " + std::to_string(id) + ", the word table " +
                    std::to_string(spec_.transformer.vocab_size) + " rows");
    }

    void check_transformer() const
    {
        const TransformerSpec &spec = spec_.transformer;
        require(std::count(kFamilyNames.begin(), kFamilyNames.end(), spec.family) != 0,
                "the family " + in_quotes(spec.family) + " is unknown");
        require_size(spec.vocab_size, kMaxRows, "vocab_size");
        require_size(spec.hidden_size, kMaxWidth, "hidden_size");
        require_range(spec.layers, 0, kMaxLayers, "num_hidden_layers");
        require_size(spec.heads, spec.hidden_size, "num_attention_heads");
        require(spec.hidden_size % spec.heads == 0,
                "num_attention_heads does not divide hidden_size");
        require_size(spec.intermediate_size, kMaxWidth, "intermediate_size");
        require_range(spec.type_vocab_size, 0, kMaxRows, "type_vocab_size");
        require_range(spec.embedding_size, 0, kMaxWidth, "embedding_size");
        require_eps(spec.layer_norm_eps);
        check_positions(spec);
        check_layers(spec);
    }

    void check_positions(const TransformerSpec &spec) const
    {
        require_size(spec.max_positions, kMaxRows, "max_position_embeddings");
        require_range(spec.position_padding, -1, spec.vocab_size - 1, "the padding token's id");
        const RotarySpec &rotary = spec.rotary;
        require_range(rotary.dims, 0, spec.hidden_size / spec.heads, "the part of RoPE");
        require(rotary.dims % 2 == 0, "the part of RoPE is odd");
        for (double value : {rotary.theta, rotary.local_theta, rotary.ntk_factor})
            require(value >= 1 && value <= kMaxTheta, "theta or factor of RoPE is out of range");
        require(spec.relative_buckets == 0 || spec.relative_buckets == kRelativeBuckets,
                "relative_attention_num_buckets is not " + std::to_string(kRelativeBuckets));
    }

    void check_layers(const TransformerSpec &spec) const
    {
        require(spec.layer_order.size() <= kMaxLayers, "too many layers");
        for (int32_t layer : spec.layer_order)
            require_range(layer, 0, spec.layers - 1, "a layer in the order of layers");
        require_range(spec.window, 0, kMaxRows, "the attention window");
        int32_t before = -1;
        for (int32_t layer : spec.local_layers) {
            require_range(layer, before + 1, spec.layers - 1, "a layer of local attention");
            before = layer;
        }
        require(spec.local_layers.empty() || spec.window > 0, "local attention without a window");
    }

    // The charsmap that a normalizer names is checked with the tables.
    void check_tokenizer() const
    {
        const TokenizerSpec &tokenizer = spec_.tokenizer;
        if (tokenizer.bert_family)
            require_size(std::get<WordPieceModel>(tokenizer.model).max_input_chars_per_word,
                         kMaxWordChars, "max_input_chars_per_word");
        const auto unknown =
            std::visit([](const auto &model) { return model.unknown; }, tokenizer.model);
        if (unknown.id)
            require_id(*unknown.id, "the unknown token");
        const PostProcessing &post = tokenizer.post_processing;
        require_type(post.text_type_id);
        check_specials(post.prefix, "a token of the prefix");
        check_specials(post.suffix, "a token of the suffix");
        check_added_tokens(tokenizer.added_tokens);
        for (const NormalizerSpec &normalizer : tokenizer.normalizers)
            if (const auto *replace = std::get_if<Replace>(&normalizer))
                check_pattern(replace->pattern);
        for (const PreTokenizerSpec &splitter : tokenizer.pre_tokenizers)
            if (const auto *split = std::get_if<Split>(&splitter))
                check_pattern(split->pattern);
    }

    void check_specials(const std::vector<SpecialId> &specials, const char *name) const
    {
        for (const SpecialId &special : specials) {
            require_id(special.id, name);
            require_type(special.type_id);
        }
    }

    void check_added_tokens(const std::vector<AddedToken> &tokens) const
    {
        for (const AddedToken &added : tokens) {
            require_id(added.id, "an added token");
            require(!added.content.empty(), "an added token is empty");
            require(added.content.size() <= kMaxAddedTokenBytes,
                    "an added token is longer than " + std::to_string(kMaxAddedTokenBytes) +
                        " bytes");
        }
    }

    // By the engine that will run it: a model whose every text would fail is not a model.
    void check_pattern(const Pattern &pattern) const
    {
        if (!pattern.regex)
            return;
        try {
            const Regex compiled(pattern.text);
        } catch (const Error &error) {
            require(false, "its tokenizer's pattern " + in_quotes(pattern.text) +
                               " is refused: " + error.what());
        }
    }

    // The transformer adds the first row of the table of token types to every token.
    void require_type(uint32_t type) const
    {
        require(type == 0 || spec_.transformer.type_vocab_size == 0,
                "the tokenizer gives token type " + std::to_string(type) +
                    ", where only type 0 is supported");
    }

    void check_pipeline()
    {
        require(spec_.pipeline.size() <= kMaxSteps, "too many modules");
        int64_t width = spec_.transformer.hidden_size;
        for (const Step &step : spec_.pipeline)
            width = check_step(step, width);
        const bool of_tokens =
            spec_.head.kind == HeadKind::kTokens || spec_.head.kind == HeadKind::kSparse;
        require(poolings_ == (of_tokens ? 0 : 1), std::to_string(poolings_) + " pooling modules, " +
                                                      (of_tokens ? "none" : "one") + " is needed");
        if (spec_.head.kind == HeadKind::kSparse)
            width = spec_.transformer.vocab_size;
        require(width == spec_.dimensions, "the last module does not give the stated dimensions");
    }

    void check_head() const
    {
        const HeadSpec &head = spec_.head;
        const bool unnamed =
            head.kind == HeadKind::kSparse || head.kind == HeadKind::kNone || spec_.dimensions == 1;
        require(head.labels.size() == static_cast<size_t>(spec_.dimensions) ||
                    (unnamed && head.labels.empty()),
                "the head has " + std::to_string(spec_.dimensions) + " outputs and " +
                    std::to_string(head.labels.size()) + " labels");
        for (const std::string &label : head.labels)
            require_text(label, 0, kMaxLabel, "label", label);
        require(head.takes_text || head.pair, "the head takes neither a text nor a pair");
        require(!head.pair || head.kind == HeadKind::kSequence, "pairs without scores of pairs");
        if (head.pair)
            check_pair(*head.pair);
    }

    void check_pair(const PairTemplate &pair) const
    {
        const auto require_known = [this](uint32_t type) {
            const int32_t types = spec_.transformer.type_vocab_size; // 0: they change nothing
            require(types == 0 || type < static_cast<uint32_t>(types),
                    "pairs have token type " + std::to_string(type) + ", of " +
                        std::to_string(types));
        };
        require_known(pair.first_type_id);
        require_known(pair.second_type_id);
        for (const auto *specials : {&pair.prefix, &pair.middle, &pair.suffix})
            for (const SpecialId &special : *specials) {
                require_id(special.id, "a token beside a pair");
                require_known(special.type_id);
            }
        require(pair.prefix.size() + pair.middle.size() + pair.suffix.size() <
                    static_cast<size_t>(spec_.max_tokens),
                "the limit of tokens leaves no room beside the special tokens of a pair");
    }

    // Returns the width after the step.
    int64_t check_step(const Step &step, int64_t width)
    {
        if (const auto *pooling = std::get_if<PoolingStep>(&step)) {
            ++poolings_;
            require(!pooling->modes.empty() && pooling->modes.size() <= 6,
                    "a pooling module with " + std::to_string(pooling->modes.size()) + " modes");
            width *= static_cast<int64_t>(pooling->modes.size());
        } else if (const auto *dense = std::get_if<DenseStep>(&step)) {
            require_width(dense->prefix, dense->in, width);
            width = dense->out;
        } else if (const auto *norm = std::get_if<LayerNormStep>(&step)) {
            require_width(norm->prefix, norm->width, width);
            require_eps(norm->eps);
        } else if (const auto *truncate = std::get_if<TruncateStep>(&step)) {
            require(poolings_ == 1, "tokens cannot be truncated");
            require_size(truncate->width, width, "the width that a module truncates to");
            width = truncate->width;
        }
        require_size(width, kMaxWidth, "the width of a module");
        return width;
    }

    void require_width(const std::string &prefix, int64_t has, int64_t needed)
    {
        require(!prefix.empty() && prefixes_.insert(prefix).second,
                "module " + in_quotes(prefix) + " is there twice");
        require(has == needed, "module " + in_quotes(prefix) + " takes width " +
                                   std::to_string(has) + ", it is given " + std::to_string(needed));
    }

    void check_limits() const
    {
        const int64_t special = special_tokens();
        require_size(spec_.max_tokens, spec_.transformer.max_positions, "the limit of tokens");
        require(spec_.max_tokens > special,
                "the limit of tokens leaves no room beside the special tokens");
        const std::string &similarity = spec_.similarity;
        require(similarity == "cosine" || similarity == "dot" || similarity == "euclidean" ||
                    similarity == "manhattan",
                "unknown similarity " + in_quotes(similarity));
    }

    int64_t special_tokens() const
    {
        const PostProcessing &post = spec_.tokenizer.post_processing;
        return static_cast<int64_t>(post.prefix.size() + post.suffix.size());
    }

    void check_prompts() const
    {
        require(spec_.prompts.size() <= kMaxPrompts,
                "more than " + std::to_string(kMaxPrompts) + " prompts");
        const std::string *before = nullptr;
        bool found = spec_.default_prompt.empty();
        for (const Prompt &prompt : spec_.prompts) {
            require(before == nullptr || *before < prompt.name, "the prompts are not in order");
            before = &prompt.name;
            require_text(prompt.name, 1, kMaxPromptName, "name of prompt", prompt.name);
            require_text(prompt.text, 0, kMaxPromptText, "text of prompt", prompt.name);
            found = found || prompt.name == spec_.default_prompt;
        }
        require(found, "the default prompt " + in_quotes(spec_.default_prompt) +
                           " is none of the prompts");
    }

    // A label, a prompt's name or its text: bytes within limits, and what every database can hold.
    void require_text(const std::string &text, size_t min, size_t max, const char *what,
                      const std::string &name) const
    {
        const std::string where = std::string(what) + " " + in_quotes(name);
        require(text.size() >= min && text.size() <= max,
                "the " + where + " has " + std::to_string(text.size()) + " bytes, not between " +
                    std::to_string(min) + " and " + std::to_string(max));
        for (size_t at = 0; at < text.size();) {
            const Decoded decoded = utf8_decode(text, at);
            require(decoded.length != 0 && decoded.code != 0, "the " + where + " is not text");
            at += decoded.length;
        }
    }

    const ModelSpec &spec_;
    const std::string &source_;
    int poolings_ = 0;
    std::set<std::string> prefixes_;
};

} // namespace

void check_spec(const ModelSpec &spec, const std::string &source) { Checker(spec, source).check(); }

bool is_language(std::string_view text) noexcept
{
    if (text.empty() || text.size() > kMaxLanguageBytes || text.front() == ' ' ||
        text.back() == ' ' || text.find("  ") != text.npos)
        return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == ' ';
    });
}

void check_card(const ModelCard &card, const std::string &source)
{
    if (card.languages.size() > kMaxLanguages)
        fail(source, "its languages are too many");
    for (const std::string &language : card.languages)
        if (!is_language(language))
            fail(source, in_quotes(language) + " is no language");
}

} // namespace sbert::encoder
