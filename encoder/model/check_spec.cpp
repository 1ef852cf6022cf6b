// The consistency of a ModelSpec: see check_spec() in spec_json.h.
#include <cmath>
#include <set>

#include "encoder/error.h"
#include "encoder/model/json.h"
#include "encoder/model/spec_json.h"

namespace sbert::encoder {

namespace {

// Far beyond every published model, and small enough that a product of two sizes and 4 bytes fits
// 63 bits.
constexpr int64_t kMaxWidth = 1 << 17;
constexpr int64_t kMaxRows = 1 << 24;
constexpr int64_t kMaxLayers = 1000;
constexpr size_t kMaxSteps = 100;

class Checker {
  public:
    Checker(const ModelSpec &spec, const std::string &source) : spec_(spec), source_(source) {}

    void check()
    {
        check_transformer();
        check_tokenizer();
        check_pipeline();
        check_limits();
    }

  private:
    void require(bool holds, const std::string &what) const
    {
        if (!holds)
            throw Error(ErrorCode::kModelInvalid,
                        "invalid model \"" + printable(source_) + "\": " + what);
    }
    void require_size(int64_t value, int64_t max, const char *name) const
    {
        require(value >= 1 && value <= max, std::string(name) + " is " + std::to_string(value) +
                                                ", not between 1 and " + std::to_string(max));
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
        const BertSpec &bert = spec_.transformer;
        require_size(bert.vocab_size, kMaxRows, "vocab_size");
        require_size(bert.hidden_size, kMaxWidth, "hidden_size");
        require_size(bert.layers, kMaxLayers, "num_hidden_layers");
        require_size(bert.heads, bert.hidden_size, "num_attention_heads");
        require(bert.hidden_size % bert.heads == 0,
                "num_attention_heads does not divide hidden_size");
        require_size(bert.intermediate_size, kMaxWidth, "intermediate_size");
        require_size(bert.max_positions, kMaxRows, "max_position_embeddings");
        require_size(bert.type_vocab_size, kMaxRows, "type_vocab_size");
        require_eps(bert.layer_norm_eps);
    }

    void check_tokenizer() const
    {
        const TokenizerSpec &tokenizer = spec_.tokenizer;
        require_size(tokenizer.max_input_chars_per_word, kMaxWordChars, "max_input_chars_per_word");
        require_id(tokenizer.unk_id, "the unknown token");
        for (int32_t id : tokenizer.prefix_ids)
            require_id(id, "a token of the prefix");
        for (int32_t id : tokenizer.suffix_ids)
            require_id(id, "a token of the suffix");
        for (const AddedToken &added : tokenizer.added_tokens) {
            require_id(added.id, "an added token");
            require(!added.content.empty(), "an added token is empty");
            require(added.content.size() <= kMaxAddedTokenBytes,
                    "an added token is longer than " + std::to_string(kMaxAddedTokenBytes) +
                        " bytes");
        }
    }

    void check_pipeline()
    {
        require(spec_.pipeline.size() <= kMaxSteps, "too many modules");
        int64_t width = spec_.transformer.hidden_size;
        for (const Step &step : spec_.pipeline)
            width = check_step(step, width);
        require(poolings_ == 1, std::to_string(poolings_) + " pooling modules, one is needed");
        require(width == spec_.dimensions, "the last module does not give the stated dimensions");
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
        }
        require_size(width, kMaxWidth, "the width of a module");
        return width;
    }

    void require_width(const std::string &prefix, int64_t has, int64_t needed)
    {
        require(!prefix.empty() && prefixes_.insert(prefix).second,
                "module \"" + printable(prefix) + "\" is there twice");
        require(has == needed, "module \"" + printable(prefix) + "\" takes width " +
                                   std::to_string(has) + ", it is given " + std::to_string(needed));
    }

    void check_limits() const
    {
        const TokenizerSpec &tokenizer = spec_.tokenizer;
        auto special =
            static_cast<int64_t>(tokenizer.prefix_ids.size() + tokenizer.suffix_ids.size());
        require_size(spec_.max_tokens, spec_.transformer.max_positions, "the limit of tokens");
        require(spec_.max_tokens > special,
                "the limit of tokens leaves no room beside the special tokens");
        const std::string &similarity = spec_.similarity;
        require(similarity == "cosine" || similarity == "dot" || similarity == "euclidean" ||
                    similarity == "manhattan",
                "unknown similarity \"" + printable(similarity) + "\"");
    }

    const ModelSpec &spec_;
    const std::string &source_;
    int poolings_ = 0;
    std::set<std::string> prefixes_;
};

} // namespace

void check_spec(const ModelSpec &spec, const std::string &source) { Checker(spec, source).check(); }

} // namespace sbert::encoder
