// Distances between two rows of floats, as pgvector defines them
// (https://github.com/pgvector/pgvector, 0.8).
//
//   a, b  (n)  any alignment, may be the same row; n may be 0
//
// Sums are computed in float, in several partial sums whose number depends on the CPU. So results
// of different CPUs differ in the last bits, and agree with the naive versions to rounding. A sum
// that overflows is infinite, and denormals are kept. Cannot fail; allocates nothing; any thread.
#pragma once

#include <cstddef>

namespace sbert::kernels {

// Sum of (a[i] - b[i])^2.
float l2_squared(const float *a, const float *b, size_t n) noexcept;

// Sum of a[i] * b[i].
float inner_product(const float *a, const float *b, size_t n) noexcept;

// The inner product of one row with each of `rows` others. For one row this is faster than
// linear(), where one row has too few chains of sums to keep the CPU busy.
//
//   a    (n)
//   b    (rows, n)  rows `ldb` floats apart
//   out  (rows)     must not overlap a or b; out[j] depends on row j alone
void inner_products(const float *a, const float *b, size_t ldb, size_t rows, size_t n,
                    float *out) noexcept;

// Sum of |a[i] - b[i]|.
float l1(const float *a, const float *b, size_t n) noexcept;

// Cosine of the angle, in [-1, 1]. It is NaN if a or b is all zeros, or if the sums overflow to
// inf / inf.
double cosine(const float *a, const float *b, size_t n) noexcept;

// The naive versions, with which the tests compare. They sum in double.
double l2_squared_reference(const float *a, const float *b, size_t n) noexcept;
double inner_product_reference(const float *a, const float *b, size_t n) noexcept;
double l1_reference(const float *a, const float *b, size_t n) noexcept;
double cosine_reference(const float *a, const float *b, size_t n) noexcept;

} // namespace sbert::kernels
