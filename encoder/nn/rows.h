// A matrix of activations that grows and is reused, and the sentences packed into it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "encoder/kernels/linear.h"
#include "encoder/model/spec.h"
#include "encoder/nn/parameters.h"
#include "encoder/stop_flag.h"

namespace sbert::encoder {

// Sentences packed one after another, without padding: sentence b owns the rows offsets[b] ...
// offsets[b+1]-1.
struct Packing {
    std::vector<int32_t> ids;        // (T) token ids
    std::vector<uint32_t> positions; // (T) place within its sentence
    std::vector<uint32_t> offsets;   // (B+1)

    size_t tokens() const { return ids.size(); }
    size_t sentences() const { return offsets.size() - 1; }
    void clear();
    void append(const std::vector<Token> &tokens);
};

// A row-major (rows, width) matrix. Never shrinks, so that a backend in its stride allocates
// nothing.
class Rows {
  public:
    void resize(size_t rows, size_t width);
    size_t rows() const { return rows_; }
    size_t width() const { return width_; }
    float *row(size_t i) { return values_.data() + i * width_; }
    const float *row(size_t i) const { return values_.data() + i * width_; }

  private:
    size_t rows_ = 0;
    size_t width_ = 0;
    std::vector<float> values_;
};

// out = x W^T + b, resized to (x.rows(), N). Throws Error(kInterrupted), looking at the flag
// between blocks of rows.
void apply_linear(const LinearWeights &weights, const Rows &x, StopFlag stop, Rows &out);

// The same into the columns of `out` from `column` on; `out` has its size already.
void apply_linear_into(const LinearWeights &weights, const Rows &x, StopFlag stop, size_t column,
                       Rows &out);

// Activation in place over all elements.
void apply_activation(Activation activation, Rows &x);

} // namespace sbert::encoder
