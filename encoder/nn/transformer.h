// A transformer: embeddings, then layers of attention and feed-forward, as its TransformerSpec says
// (Vaswani et al. 2017, arXiv:1706.03762; Devlin et al. 2019, arXiv:1810.04805).
//
// The order of operations is that of the models of the transformers library in evaluation mode,
// without their poolers.
//
// Only the attention of a layer needs all tokens of a sentence. Everything else works on blocks of
// kBlockRows rows, so that each step finds the result of the previous one in the second-level
// cache. These steps are attention's output product added to the hidden rows, norm, intermediate
// product with its activation, output product added, norm, and the next layer's queries, keys and
// values.
#pragma once

#include <functional>
#include <vector>

#include "encoder/nn/attention.h"
#include "encoder/nn/parameters.h"
#include "encoder/nn/rotary.h"
#include "encoder/nn/rows.h"
#include "encoder/stop_flag.h"

namespace sbert::encoder {

// Whether a layer sees all tokens or a window of them. Each kind has its own RoPE frequencies.
enum class Reach : uint8_t { kGlobal, kLocal };

// The activations of one pass. Each caller has one and reuses it.
struct TransformerScratch {
    Rows qkv;          // (T, 3C)
    Rows intermediate; // (block, intermediate size, or twice that with a gate)
    Rows normed;       // (block, C or the embeddings' width) if norms do not work in place
    Rows turns[2];     // (longest, rotary dims) for each Reach
    AttentionScratch attention;
    NarrowRows narrow;

    size_t bytes() const
    {
        return qkv.bytes() + intermediate.bytes() + normed.bytes() + turns[0].bytes() +
               turns[1].bytes() + attention.bytes() + narrow.bytes();
    }
};

class Transformer {
  public:
    // REQUIRES: the memory behind `parameters` outlives this object.
    Transformer(const TransformerSpec &spec, const Parameters &parameters);

    // Writes the last layer's states of all tokens in `packing` to `hidden` (T, C), which it
    // resizes.
    // REQUIRES: every id < vocab_size, every sentence at most max_positions long. Throws
    // Error(kInterrupted), std::bad_alloc.
    // Calls `behind`, if there is one, with the states behind the embeddings (0) and behind each
    // layer (1 ... depth()), which it must not keep.
    using Behind = std::function<void(uint32_t layer, const Rows &states)>;
    void forward(const Packing &packing, StopFlag stop, TransformerScratch &scratch, Rows &hidden,
                 const Behind &behind = {}) const;

    // The number of layers that run.
    uint32_t depth() const noexcept { return static_cast<uint32_t>(order_.size()); }

    // The bytes that forward() takes for each token, including `hidden`.
    size_t token_bytes() const;
    // The further bytes of a pass whose longest sentence has `longest` tokens.
    size_t block_bytes(size_t longest) const;

  private:
    struct Layer {
        LinearWeights qkv, attention_output;
        NormWeights attention_norm;
        LinearWeights intermediate, output;
        NormWeights output_norm;
        Reach reach;
    };
    void bind_embeddings(const Parameters &parameters);
    Layer bind_layer(const Parameters &parameters, int32_t index) const;
    NormWeights bind_norm(const Parameters &parameters, const std::string &name, size_t C) const;

    size_t inner_width() const;
    size_t normed_width() const;

    void prepare(const Packing &packing, TransformerScratch &scratch, Rows &hidden) const;
    void copy_word(int32_t id, float *row) const;
    void embed(const Packing &packing, TransformerScratch &scratch, Rows &hidden) const;
    void embed_token(int32_t id, uint32_t &before, float *row) const;
    void normalize(const NormWeights &norm, const float *x, size_t rows, size_t C, float *y) const;
    void feed_forward(const Layer &layer, const float *x, size_t rows, TransformerScratch &scratch,
                      float *sum) const;
    const float *run_block(const Layer &layer, bool last, size_t from, size_t rows,
                           TransformerScratch &scratch, Rows &hidden) const;
    void run_blocks(const Layer *layer, const Layer *next, const Packing &packing, StopFlag stop,
                    TransformerScratch &scratch, Rows &hidden) const;

    TransformerSpec spec_;
    size_t hidden_, width_;            // C, and the width of the embeddings
    TableWeights words_;               // (V, width)
    const float *positions_ = nullptr; // (position_rows(), width) or null
    const float *types_ = nullptr;     // (type_vocab_size, width) or null
    NormWeights embedding_norm_;
    LinearWeights project_; // (C, width) if the embeddings are narrower
    std::vector<float> zeros_;
    std::vector<RelativeBias> bias_; // one or none
    Rotary rotary_[2];               // for each Reach
    // The layers that have weights of their own, and the order in which they run.
    std::vector<Layer> layers_;
    std::vector<int32_t> order_;
};

} // namespace sbert::encoder
