// Products of rows with a weight matrix that was packed into panels. y = x W^T + b, all f32.
//
// A panel is kPanelWidth columns of W^T (rows of W), element k of all of them side by side: (N/32,
// K, 32), the last panel filled up with zeros. The layout is the same on every machine, so a mapped
// file is used as it lies.
//
// Every y[i][j] is one chain of fused multiply-adds over k = 0, 1 ... K-1, whatever the number of
// rows: a row's bits do not depend on the rows beside it. (Targets without FMA round twice; results
// differ between CPUs, never between rows.)
//
// Register tiles as in Goto & van de Geijn 2008, "Anatomy of high-performance matrix
// multiplication"; rows are not packed because K is short enough for them to stay in cache.
// docs/decisions.md has the figures beside oneDNN.
#pragma once

#include <cstddef>

#include "encoder/kernels/epilogue.h"

namespace sbert::kernels {

inline constexpr size_t kPanelWidth = 32;

// Number of panels that N columns take, and floats of the whole packed matrix.
constexpr size_t panel_count(size_t N) noexcept { return (N + kPanelWidth - 1) / kPanelWidth; }
constexpr size_t packed_floats(size_t N, size_t K) noexcept
{
    return panel_count(N) * kPanelWidth * K;
}

//   w       (N, K)  row-major, rows `ldw` floats apart
//   panels  (N/32, K, 32)  written whole, padding included; must not overlap w
void pack_panels(const float *w, size_t ldw, size_t N, size_t K, float *panels) noexcept;

// The same from W^T, (K, N) with rows `ldw` apart: for operands that lie the other way round.
void pack_panels_transposed(const float *w, size_t ldw, size_t N, size_t K, float *panels) noexcept;

//   x       (rows, K)  rows `ldx` floats apart
//   panels  as above; 64-byte aligned is fastest, any alignment works
//   bias    (N) or null
//   y       (rows, N)  rows `ldy` floats apart; must not overlap x
//   epilogue  a residual and an activation: epilogue.h
// Cannot fail; allocates nothing; any thread.
void linear(const float *x, size_t ldx, size_t rows, size_t K, const float *panels,
            const float *bias, size_t N, float *y, size_t ldy,
            const Epilogue &epilogue = {}) noexcept;

// The naive version, from the unpacked weights (N, K): the oracle of the tests.
void linear_reference(const float *x, size_t ldx, size_t rows, size_t K, const float *w,
                      const float *bias, size_t N, float *y, size_t ldy) noexcept;

} // namespace sbert::kernels
