// The BERT encoder: embeddings, then post-norm layers of attention and feed-forward.   (Devlin et
// al. 2019, arXiv:1810.04805)
//
// Names and order of operations follow transformers' BertModel in evaluation mode, without its
// pooler.
#pragma once

#include <vector>

#include "encoder/nn/attention.h"
#include "encoder/nn/parameters.h"
#include "encoder/nn/rows.h"
#include "encoder/stop_flag.h"

namespace sbert::encoder {

// Activations of one pass; one per caller, reused.
struct BertScratch {
    Rows qkv, context, projected, intermediate;
    AttentionScratch attention;
    NarrowRows narrow;
};

class Bert {
  public:
    // REQUIRES: the memory behind `weights` outlives this object.
    Bert(const BertSpec &spec, const Parameters &parameters);

    // hidden (T, C), resized: the last layer's states of all tokens in `packing`.
    // REQUIRES: every id < vocab_size and every position < max_positions. Throws
    // Error(kInterrupted), std::bad_alloc.
    void forward(const Packing &packing, StopFlag stop, BertScratch &scratch, Rows &hidden) const;

  private:
    struct Layer {
        LinearWeights query, key, value, attention_output;
        NormWeights attention_norm;
        LinearWeights intermediate, output;
        NormWeights output_norm;
    };
    void copy_word(int32_t id, float *row) const;
    void embed(const Packing &packing, Rows &hidden) const;
    void run_layer(const Layer &layer, const Packing &packing, StopFlag stop, BertScratch &scratch,
                   Rows &hidden) const;

    BertSpec spec_;
    TableWeights words_;     // (V, C)
    const float *positions_; // (max_positions, C)
    const float *types_;     // (type_vocab_size, C)
    NormWeights embedding_norm_;
    std::vector<Layer> layers_;
};

} // namespace sbert::encoder
