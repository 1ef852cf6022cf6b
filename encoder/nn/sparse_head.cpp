#include "encoder/nn/sparse_head.h"

#include <algorithm>
#include <cmath>

#include "encoder/kernels/rows.h"
#include "encoder/model/required_tensors.h"

namespace sbert::encoder {

// The words whose logits are computed together: of kBlockRows tokens 400 kB.
static constexpr size_t kPart = 1024;

SparseHead::SparseHead(const HeadSpec &spec, size_t words, size_t width,
                       const Parameters &parameters)
    : pooling_(spec.pooling), second_log_(spec.second_log),
      decoder_(parameters.product(kDecoder, static_cast<int64_t>(words),
                                  static_cast<int64_t>(width), spec.decoder_bias))
{
}

// It grows with the logit, so that the largest weight is that of the largest logit.
float SparseHead::weight(float logit) const
{
    const float once = std::log1p(std::max(logit, 0.0f));
    return second_log_ ? std::log1p(once) : once;
}

// Adds one token of a sentence: to the largest logits, or to the sum of the weights.
void SparseHead::gather(const float *logits, size_t words, float *out) const
{
    if (pooling_ == SparsePooling::kMax)
        return kernels::maximum(out, logits, words);
    for (size_t v = 0; v < words; v++)
        if (logits[v] > 0)
            out[v] += weight(logits[v]);
}

void SparseHead::run(const Rows &tokens, const std::vector<uint32_t> &offsets, StopFlag stop,
                     SparseScratch &scratch, Rows &out) const
{
    out.resize(offsets.size() - 1, decoder_.N);
    std::fill_n(out.row(0), out.rows() * out.width(), 0.0f);
    for (size_t first = 0; first < decoder_.N; first += kPart) {
        const LinearWeights part = outputs_of(decoder_, first, std::min(kPart, decoder_.N - first));
        size_t sentence = 0;
        for (size_t from = 0; from < tokens.rows(); from += kBlockRows) {
            stop.check();
            const size_t rows = std::min(kBlockRows, tokens.rows() - from);
            scratch.logits.resize(rows, part.N);
            apply_block(part, tokens.row(from), tokens.width(), rows, scratch.narrow,
                        scratch.logits.row(0), part.N);
            for (size_t i = 0; i < rows; i++) {
                while (from + i >= offsets[sentence + 1])
                    sentence++;
                gather(scratch.logits.row(i), part.N, out.row(sentence) + first);
            }
        }
    }
    if (pooling_ != SparsePooling::kMax)
        return;
    for (size_t i = 0; i < out.rows(); i++)
        std::transform(out.row(i), out.row(i) + out.width(), out.row(i),
                       [this](float logit) { return logit > 0 ? weight(logit) : 0.0f; });
}

} // namespace sbert::encoder
