// Arithmetic on rows of floats: norms, softmax, and the sums that pooling needs.
//
// Every output row depends on its own input rows alone. Any alignment; cannot fail; allocates
// nothing; any thread.
#pragma once

#include <cstddef>

namespace sbert::kernels {

// y = (x + residual - mean) / sqrt(variance + eps) * gamma + beta, row by row (Ba et al. 2016,
// arXiv:1607.06450). The variance is the mean of squared deviations in a second pass, which avoids
// cancellation.
//
//   x, residual, y  (rows, C) row-major; residual may be null; y may be x or residual
//   gamma, beta     (C)
void layer_norm(const float *x, const float *residual, size_t rows, size_t C, const float *gamma,
                const float *beta, float eps, float *y) noexcept;

// Softmax of scale * scores over the first n of each row's `ld` elements; the rest of the row
// becomes 0. REQUIRES: 1 <= n <= ld, scale > 0; ld is a multiple of 32.
void softmax(float *scores, size_t rows, size_t n, size_t ld, float scale) noexcept;

void add(float *sum, const float *x, size_t n) noexcept;                      // sum += x
void add_scaled(float *sum, const float *x, float factor, size_t n) noexcept; // sum += factor x
void maximum(float *max, const float *x, size_t n) noexcept;                  // max = max(max, x)
void scale(float *x, float factor, size_t n) noexcept;                        // x *= factor

// The naive versions, in double if it matters, with which the tests compare.
void layer_norm_reference(const float *x, const float *residual, size_t rows, size_t C,
                          const float *gamma, const float *beta, float eps, float *y) noexcept;
void softmax_reference(float *scores, size_t rows, size_t n, size_t ld, float scale) noexcept;
void add_reference(float *sum, const float *x, size_t n) noexcept;
void add_scaled_reference(float *sum, const float *x, float factor, size_t n) noexcept;
void maximum_reference(float *max, const float *x, size_t n) noexcept;
void scale_reference(float *x, float factor, size_t n) noexcept;

} // namespace sbert::kernels
