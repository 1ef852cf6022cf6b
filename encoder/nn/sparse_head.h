// The head of a sparse encoder: what each word of the vocabulary weighs in a text (SPLADE, Formal
// et al. 2021, arXiv:2109.10086; sentence-transformers' SpladePooling).
//
// The logits of a token are one product with the decoder. They are taken a block of tokens and a
// part of the vocabulary at a time, so that they stay in the second-level cache and never exist as
// a whole.
#pragma once

#include <vector>

#include "encoder/model/spec.h"
#include "encoder/nn/parameters.h"
#include "encoder/nn/rows.h"

namespace sbert::encoder {

struct SparseScratch {
    Rows logits; // (block, part)
    NarrowRows narrow;

    size_t bytes() const { return logits.bytes() + narrow.bytes(); }
};

class SparseHead {
  public:
    // REQUIRES: the memory behind `parameters` outlives this object.
    //   width  of the rows that run() is given
    SparseHead(const HeadSpec &spec, size_t words, size_t width, const Parameters &parameters);

    // Writes the weights of all words, most of them 0, to `out` (B, V), which it resizes.
    //   tokens   (T, width)
    //   offsets  (B+1) sentence b owns rows offsets[b] ... offsets[b+1]-1
    // Throws Error(kInterrupted), std::bad_alloc.
    void run(const Rows &tokens, const std::vector<uint32_t> &offsets, StopFlag stop,
             SparseScratch &scratch, Rows &out) const;

  private:
    float weight(float logit) const;
    void gather(const float *logits, size_t words, float *out) const;

    SparsePooling pooling_;
    bool second_log_;
    LinearWeights decoder_;
};

} // namespace sbert::encoder
