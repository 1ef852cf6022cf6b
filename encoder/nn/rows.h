// A matrix of activations that grows and is reused, and the sentences packed into it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
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

// The rows of a block as a narrow product takes them: rounded to bfloat16, or to 8 bits with their
// scales. Reused.
class NarrowRows {
  public:
    // Room for `rows` rows of K.
    void resize(size_t rows, size_t K);
    void *bytes() { return bytes_.get(); } // 64-byte aligned
    float *scale() { return scale_.data(); }
    int32_t *zero() { return zero_.data(); }

  private:
    struct Free {
        void operator()(void *p) const { std::free(p); }
    };
    std::unique_ptr<void, Free> bytes_;
    size_t capacity_ = 0;
    std::vector<float> scale_;
    std::vector<int32_t> zero_;
};

// out = x W^T + b, resized to (x.rows(), N). Throws Error(kInterrupted), looking at the flag
// between blocks of rows.
void apply_linear(const LinearWeights &weights, const Rows &x, StopFlag stop, NarrowRows &narrow,
                  Rows &out);

// The same into the columns of `out` from `column` on; `out` has its size already.
void apply_linear_into(const LinearWeights &weights, const Rows &x, StopFlag stop,
                       NarrowRows &narrow, size_t column, Rows &out);

// Activation in place over all elements.
void apply_activation(Activation activation, Rows &x);

} // namespace sbert::encoder
