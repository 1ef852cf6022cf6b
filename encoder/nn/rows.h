// A matrix of activations that grows and is reused, and the sentences packed into it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "encoder/kernels/epilogue.h"
#include "encoder/model/spec.h"
#include "encoder/nn/parameters.h"
#include "encoder/stop_flag.h"
#include "encoder/tokenizer/encoding.h"

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

// Rows that go through the layers together, and lie in the second-level cache meanwhile; between
// two blocks the flags are polled. Whole tiles of 6, 12, 16 and 32 rows.
inline constexpr size_t kBlockRows = 96;

// Memory that grows and is reused; 64-byte aligned, its contents lost when it grows. Never shrinks,
// so that a backend in its stride allocates nothing.
class Buffer {
  public:
    // At least `bytes`. Throws std::bad_alloc.
    void *reserve(size_t bytes);
    float *reserve_floats(size_t n) { return static_cast<float *>(reserve(n * sizeof(float))); }
    void *data() const { return data_.get(); }
    size_t bytes() const { return bytes_; }

  private:
    struct Free {
        void operator()(void *p) const { std::free(p); }
    };
    std::unique_ptr<void, Free> data_;
    size_t bytes_ = 0;
};

// A row-major (rows, width) matrix.
class Rows {
  public:
    // The values are unspecified afterwards.
    void resize(size_t rows, size_t width);
    size_t rows() const { return rows_; }
    size_t width() const { return width_; }
    float *row(size_t i) { return values() + i * width_; }
    const float *row(size_t i) const { return values() + i * width_; }
    size_t bytes() const { return buffer_.bytes(); }

  private:
    float *values() const { return static_cast<float *>(buffer_.data()); }

    size_t rows_ = 0;
    size_t width_ = 0;
    Buffer buffer_;
};

// The rows of a block as a narrow product takes them: rounded to bfloat16, or to 8 bits with their
// scales. Reused.
class NarrowRows {
  public:
    // Room for `rows` rows of K.
    void resize(size_t rows, size_t K);
    void *values() { return values_.data(); }
    float *scale() { return static_cast<float *>(scale_.data()); }
    int32_t *zero() { return static_cast<int32_t *>(zero_.data()); }
    size_t bytes() const { return values_.bytes() + scale_.bytes() + zero_.bytes(); }

    // That a row of K takes.
    static constexpr size_t row_bytes(size_t K) { return (K + 64) * 2 + 8; }

  private:
    Buffer values_, scale_, zero_;
};

// A block of rows through a product: y = activate(x W^T + b), or added to y (kernels/epilogue.h).
//   x  (rows, K)  rows `ldx` floats apart
//   y  (rows, N)  rows `ldy` floats apart; must not overlap x
void apply_block(const LinearWeights &weights, const float *x, size_t ldx, size_t rows,
                 NarrowRows &narrow, float *y, size_t ldy, const kernels::Epilogue &epilogue = {});

// out = activation(x W^T + b), resized to (x.rows(), N), block by block. Throws
// Error(kInterrupted).
void apply_linear(const LinearWeights &weights, const Rows &x, Activation activation, StopFlag stop,
                  NarrowRows &narrow, Rows &out);

// The activation as a product's epilogue.
kernels::Epilogue epilogue_of(Activation activation);

} // namespace sbert::encoder
