// Products of rows with a weight matrix in bfloat16. y = x W^T + b; x, b and y are f32.
//
// A panel is 32 columns of W^T, two k of all of them side by side: (N/32, K/2, 32, 2), K rounded up
// to even and N to 32 with zeros. That is the operand order of AVX-512's VDPBF16PS and of AMX's
// TDPBF16PS, which take pairs.
//
// With those instructions the activations are rounded to bfloat16 as well, to nearest even, and
// products are summed in f32; without them the weights are widened and the activations stay f32:
// results differ between CPUs within bfloat16's rounding. On one machine a row's bits do not depend
// on the number of rows.
#pragma once

#include <cstddef>
#include <cstdint>

#include "encoder/kernels/linear.h"

namespace sbert::kernels {

using Bf16 = uint16_t; // the upper half of an f32

// To nearest, ties to even; the value must be finite.
Bf16 to_bf16(float value) noexcept;
float from_bf16(Bf16 value) noexcept;

// Elements of the packed matrix.
constexpr size_t packed_bf16(size_t N, size_t K) noexcept
{
    return panel_count(N) * kPanelWidth * (K + K % 2);
}

// Place of element (n, k) within the packed matrix.
constexpr size_t index_bf16(size_t K, size_t n, size_t k) noexcept
{
    return (n / kPanelWidth * ((K + 1) / 2) + k / 2) * kPanelWidth * 2 + n % kPanelWidth * 2 +
           k % 2;
}

//   x        (rows, K)  rows `ldx` floats apart
//   panels   packed_bf16(N, K) elements, 64-byte aligned
//   bias     (N) or null
//   y        (rows, N)  rows `ldy` floats apart; must not overlap x
//   scratch  at least rows * (K + 32) * 2 bytes, 64-byte aligned: the activations in bfloat16
// Cannot fail; allocates nothing; any thread, each with its own scratch.
void linear_bf16(const float *x, size_t ldx, size_t rows, size_t K, const Bf16 *panels,
                 const float *bias, size_t N, float *y, size_t ldy, void *scratch,
                 const Epilogue &epilogue = {}) noexcept;

} // namespace sbert::kernels
