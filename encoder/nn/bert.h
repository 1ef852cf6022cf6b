// The BERT encoder: embeddings, then post-norm layers of attention and feed-forward.   (Devlin et
// al. 2019, arXiv:1810.04805)
//
// Names and order of operations follow transformers' BertModel in evaluation mode, without its
// pooler.
//
// A layer needs all tokens of a sentence for its attention alone. Everything from there to the next
// attention goes block by block of kBlockRows rows, so that what one step writes is in the
// second-level cache when the next step reads it: attention's output product added to the hidden
// rows, norm, intermediate product with its activation, output product added, norm, and the next
// layer's queries, keys and values.
#pragma once

#include <vector>

#include "encoder/nn/attention.h"
#include "encoder/nn/parameters.h"
#include "encoder/nn/rows.h"
#include "encoder/stop_flag.h"

namespace sbert::encoder {

// Activations of one pass; one per caller, reused.
struct BertScratch {
    Rows qkv;          // (T, 3C)
    Rows intermediate; // (block, intermediate size)
    AttentionScratch attention;
    NarrowRows narrow;

    size_t bytes() const
    {
        return qkv.bytes() + intermediate.bytes() + attention.bytes() + narrow.bytes();
    }
};

class Bert {
  public:
    // REQUIRES: the memory behind `weights` outlives this object.
    Bert(const BertSpec &spec, const Parameters &parameters);

    // hidden (T, C), resized: the last layer's states of all tokens in `packing`.
    // REQUIRES: every id < vocab_size and every position < max_positions. Throws
    // Error(kInterrupted), std::bad_alloc.
    void forward(const Packing &packing, StopFlag stop, BertScratch &scratch, Rows &hidden) const;

    // Memory that forward() takes: for each token, `hidden` included, and beside that for a pass
    // whose longest sentence has `longest` tokens.
    size_t token_bytes() const;
    size_t block_bytes(size_t longest) const;

  private:
    struct Layer {
        LinearWeights qkv, attention_output;
        NormWeights attention_norm;
        LinearWeights intermediate, output;
        NormWeights output_norm;
    };
    void copy_word(int32_t id, float *row) const;
    void embed(const Packing &packing, Rows &hidden) const;
    void run_block(const Layer &layer, size_t from, size_t rows, BertScratch &scratch,
                   Rows &hidden) const;
    void run_blocks(const Layer *layer, const Layer *next, StopFlag stop, BertScratch &scratch,
                    Rows &hidden) const;

    BertSpec spec_;
    TableWeights words_;     // (V, C)
    const float *positions_; // (max_positions, C)
    const float *types_;     // (type_vocab_size, C)
    NormWeights embedding_norm_;
    std::vector<Layer> layers_;
};

} // namespace sbert::encoder
