// Products of rows with a weight matrix in 8 bits: y = x W^T + b. x, b and y are f32, and the sums
// are 32-bit integers.
//
// Weights are symmetric per output channel: W[n][k] = weight_scale[n] * w[n][k], w in -127 ... 127.
// A panel is 32 columns of W^T, with four k of all of them side by side: (N/32, K/4, 32, 4). Zeros
// make K a multiple of 4 and N a multiple of 32. VNNI's VPDPBUSD and AMX's TDPBUSD take operands in
// this order.
//
// Activations are asymmetric per row: x[k] * smooth[k] = scale * (q[k] - zero), q in 0 ... 255.
// Then
//   y[n] = scale * weight_scale[n] * (sum_k q[k] w[n][k] - zero * weight_sum[n]) + bias[n]
// The integers are the same on every CPU, because no instruction that saturates in between
// (VPMADDUBSW) is used.
//
// `smooth` moves the spread of the activations' channels into the weights (Xiao et al. 2022,
// arXiv:2211.10438). The importer has multiplied column k of W by 1 / smooth[k] before rounding.
#pragma once

#include <cstddef>
#include <cstdint>

#include "encoder/kernels/linear.h"

namespace sbert::kernels {

constexpr size_t padded_int8(size_t K) noexcept { return (K + 3) / 4 * 4; }

// The number of bytes of the packed matrix.
constexpr size_t packed_int8(size_t N, size_t K) noexcept
{
    return panel_count(N) * kPanelWidth * padded_int8(K);
}

// The place of element (n, k) within the packed matrix.
constexpr size_t index_int8(size_t K, size_t n, size_t k) noexcept
{
    return (n / kPanelWidth * ((K + 3) / 4) + k / 4) * kPanelWidth * 4 + n % kPanelWidth * 4 +
           k % 4;
}

struct Int8Weights {
    const int8_t *panels;      // packed_int8(N, K) bytes, 64-byte aligned
    const float *weight_scale; // (N)
    const float *weight_sum;   // (N) sum over k of w[n][k], an integer that is exact in f32
    const float *smooth;       // (K) or null
    const float *bias;         // (N) or null
    size_t N;
    size_t K;
};

// Rows in 8 bits, with the scales and zeros that turn them back.
//   q  (rows, quantized_stride(K)) bytes; the bytes beyond K are zero
struct QuantizedRows {
    uint8_t *q;
    float *scale;  // (rows)
    int32_t *zero; // (rows)
};

// The bytes from one quantized row to the next, a multiple of 64.
constexpr size_t quantized_stride(size_t K) noexcept { return (K + 63) / 64 * 64; }

// Rounds rows to 8 bits.
//   x       (rows, K) rows `ldx` floats apart
//   smooth  (K) or null
void quantize_rows(const float *x, size_t ldx, size_t rows, size_t K, const float *smooth,
                   const QuantizedRows &out) noexcept;

// Computes the product. Cannot fail; allocates nothing; any thread.
//   y  (rows, N)  rows `ldy` floats apart
void linear_int8(const QuantizedRows &x, size_t rows, const Int8Weights &weights, float *y,
                 size_t ldy, const Epilogue &epilogue = {}) noexcept;

// The naive versions, with which the tests compare.
void quantize_rows_reference(const float *x, size_t ldx, size_t rows, size_t K, const float *smooth,
                             const QuantizedRows &out) noexcept;
void linear_int8_reference(const QuantizedRows &x, size_t rows, const Int8Weights &weights,
                           float *y, size_t ldy) noexcept;

} // namespace sbert::kernels
