// Matrices of activations that grow and are reused, and the sentences that are packed into them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
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
    std::vector<uint32_t> positions; // (T) the token's place within its sentence
    std::vector<uint32_t> offsets;   // (B+1)

    size_t tokens() const { return ids.size(); }
    size_t sentences() const { return offsets.size() - 1; }
    void clear();
    void append(const std::vector<Token> &tokens);
    void append(std::span<const int32_t> sequence);
};

// The number of rows that go through the layers together. They stay in the second-level cache. The
// flags are polled between two blocks. A block is a whole number of tiles of 6, 12, 16 or 32 rows.
inline constexpr size_t kBlockRows = 96;

// Memory that grows and is reused, 64-byte aligned. Its contents are lost when it grows. It never
// shrinks, so that after some calls nothing is allocated any more.
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
    // Leaves the values unspecified.
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

// The rows of a block as input of a narrow product: rounded to bfloat16, or to 8 bits with their
// scales. The memory is reused.
class NarrowRows {
  public:
    // Makes room for `rows` rows of K elements.
    void resize(size_t rows, size_t K);
    void *values() { return values_.data(); }
    float *scale() { return static_cast<float *>(scale_.data()); }
    int32_t *zero() { return static_cast<int32_t *>(zero_.data()); }
    size_t bytes() const { return values_.bytes() + scale_.bytes() + zero_.bytes(); }

    // The bytes of a row of K elements.
    static constexpr size_t row_bytes(size_t K) { return (K + 64) * 2 + 8; }

  private:
    Buffer values_, scale_, zero_;
};

// Multiplies a block of rows: y = activate(x W^T + b), or added to y (kernels/epilogue.h).
//   x  (rows, K)  rows `ldx` floats apart
//   y  (rows, N)  rows `ldy` floats apart; must not overlap x
void apply_block(const LinearWeights &weights, const float *x, size_t ldx, size_t rows,
                 NarrowRows &narrow, float *y, size_t ldy, const kernels::Epilogue &epilogue = {});

// Computes out = activation(x W^T + b) block by block, and resizes it to (x.rows(), N). Throws
// Error(kInterrupted).
void apply_linear(const LinearWeights &weights, const Rows &x, Activation activation, StopFlag stop,
                  NarrowRows &narrow, Rows &out);

// The epilogue of a product with this activation.
kernels::Epilogue epilogue_of(Activation activation);

} // namespace sbert::encoder
