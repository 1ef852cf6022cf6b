// Products of rows with a weight matrix that was packed into panels: y = x W^T + b, all in f32.
//
// A panel is kPanelWidth columns of W^T (rows of W), with element k of all of them side by side:
// (N/32, K, 32). The last panel is filled up with zeros. The layout is the same on every machine,
// so a mapped file is used directly.
//
// Every y[i][j] is one chain of fused multiply-adds over k = 0, 1 ... K-1, whatever the number of
// rows. So a row's bits do not depend on other rows. CPUs without FMA round twice, so results
// differ between CPUs.
//
// Register tiles follow Goto & van de Geijn 2008, "Anatomy of high-performance matrix
// multiplication". Rows are not packed, because K is short enough for them to stay in the cache.
// docs/decisions.md compares the speed with oneDNN.
#pragma once

#include <cstddef>

#include "encoder/kernels/epilogue.h"

namespace sbert::kernels {

inline constexpr size_t kPanelWidth = 32;

// The number of panels of N columns, and the number of floats of the packed matrix.
constexpr size_t panel_count(size_t N) noexcept { return (N + kPanelWidth - 1) / kPanelWidth; }
constexpr size_t packed_floats(size_t N, size_t K) noexcept
{
    return panel_count(N) * kPanelWidth * K;
}

// Packs a matrix and writes all of `panels`, including the padding.
//   w       (N, K)  row-major, rows `ldw` floats apart
//   panels  (N/32, K, 32)  must not overlap w
void pack_panels(const float *w, size_t ldw, size_t N, size_t K, float *panels) noexcept;

// Packs a matrix that is stored transposed, as W^T (K, N) with rows `ldw` apart.
void pack_panels_transposed(const float *w, size_t ldw, size_t N, size_t K, float *panels) noexcept;

// Computes the product. Cannot fail; allocates nothing; any thread.
//   x         (rows, K)  rows `ldx` floats apart
//   panels    as above; any alignment works, 64-byte aligned is fastest
//   bias      (N) or null
//   y         (rows, N)  rows `ldy` floats apart; must not overlap x
//   epilogue  a residual and an activation (epilogue.h)
void linear(const float *x, size_t ldx, size_t rows, size_t K, const float *panels,
            const float *bias, size_t N, float *y, size_t ldy,
            const Epilogue &epilogue = {}) noexcept;

// The naive version, from the unpacked weights (N, K), with which the tests compare.
void linear_reference(const float *x, size_t ldx, size_t rows, size_t K, const float *w,
                      const float *bias, size_t N, float *y, size_t ldy) noexcept;

} // namespace sbert::kernels
