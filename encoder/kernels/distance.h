// Distances between two rows of floats, as pgvector defines them
// (https://github.com/pgvector/pgvector, 0.8).
//
//   a, b  (n)  any alignment, may be the same row; n may be 0
//
// Sums run in float, in several partial sums whose number depends on the CPU: results differ
// between CPUs in the last bits and agree with the naive versions to rounding. Too large a sum is
// infinite, denormals are kept. Cannot fail; allocates nothing; any thread.
#pragma once

#include <cstddef>

namespace sbert::kernels {

// Sum of (a[i] - b[i])^2.
float l2_squared(const float *a, const float *b, size_t n) noexcept;

// Sum of a[i] * b[i].
float inner_product(const float *a, const float *b, size_t n) noexcept;

// The inner product of one row with each of `rows` others: linear() is for many rows, its chains
// wait for one another where there is one.
//
//   a    (n)
//   b    (rows, n)  rows `ldb` floats apart
//   out  (rows)     must not overlap them; out[j] does not depend on the rows beside j
void inner_products(const float *a, const float *b, size_t ldb, size_t rows, size_t n,
                    float *out) noexcept;

// Sum of |a[i] - b[i]|.
float l1(const float *a, const float *b, size_t n) noexcept;

// Cosine of the angle, in [-1, 1]; NaN where a or b is all zeros, or where the sums overflow into
// inf / inf.
double cosine(const float *a, const float *b, size_t n) noexcept;

// The same, one element after another: the oracles of the tests. They sum in double.
double l2_squared_reference(const float *a, const float *b, size_t n) noexcept;
double inner_product_reference(const float *a, const float *b, size_t n) noexcept;
double l1_reference(const float *a, const float *b, size_t n) noexcept;
double cosine_reference(const float *a, const float *b, size_t n) noexcept;

} // namespace sbert::kernels
