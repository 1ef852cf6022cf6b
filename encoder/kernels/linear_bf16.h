// Products of rows with a weight matrix in bfloat16: y = x W^T + b. x, b and y are f32.
//
// A panel is 32 columns of W^T, with two k of all of them side by side: (N/32, K/2, 32, 2). Zeros
// make K even and N a multiple of 32. AVX-512's VDPBF16PS and AMX's TDPBF16PS take operands in this
// order of pairs.
//
// With those instructions the activations are also rounded to bfloat16, to nearest even, and
// products are summed in f32. Without them the weights are widened and the activations stay f32. So
// results of different CPUs differ within bfloat16's rounding. On one machine a row's bits do not
// depend on the number of rows.
#pragma once

#include <cstddef>
#include <cstdint>

#include "encoder/kernels/linear.h"

namespace sbert::kernels {

using Bf16 = uint16_t; // the upper half of an f32

// Rounds to nearest, ties to even. The value must be finite.
Bf16 to_bf16(float value) noexcept;
float from_bf16(Bf16 value) noexcept;

// The number of elements of the packed matrix.
constexpr size_t packed_bf16(size_t N, size_t K) noexcept
{
    return panel_count(N) * kPanelWidth * (K + K % 2);
}

// The place of element (n, k) within the packed matrix.
constexpr size_t index_bf16(size_t K, size_t n, size_t k) noexcept
{
    return (n / kPanelWidth * ((K + 1) / 2) + k / 2) * kPanelWidth * 2 + n % kPanelWidth * 2 +
           k % 2;
}

// Computes the product. Cannot fail; allocates nothing; any thread with its own scratch.
//   x        (rows, K)  rows `ldx` floats apart
//   panels   packed_bf16(N, K) elements, 64-byte aligned
//   bias     (N) or null
//   y        (rows, N)  rows `ldy` floats apart; must not overlap x
//   scratch  at least rows * (K + 32) * 2 bytes, 64-byte aligned, for the activations in bfloat16
void linear_bf16(const float *x, size_t ldx, size_t rows, size_t K, const Bf16 *panels,
                 const float *bias, size_t N, float *y, size_t ldy, void *scratch,
                 const Epilogue &epilogue = {}) noexcept;

} // namespace sbert::kernels
