// Distances between two rows of floats or of halves, as pgvector defines them
// (https://github.com/pgvector/pgvector, 0.8).
//
//   a, b  (n)  any alignment, may be the same row; n may be 0
//
// A half is widened to a float, which is exact. No version uses the half precision arithmetic of
// some CPUs (AVX-512 FP16, Arm's FEAT_FP16). Its sums would be halves, with 11 bits and at most
// 65504, while pgvector sums in float.
//
// Sums are computed in float, in several partial sums whose number depends on the CPU. So results
// of different CPUs differ in the last bits, and agree with the naive versions to rounding. A sum
// that overflows is infinite, and denormals are kept. Cannot fail; allocates nothing; any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "encoder/kernels/half.h"

namespace sbert::kernels {

// Sum of (a[i] - b[i])^2.
float l2_squared(const float *a, const float *b, size_t n) noexcept;
float l2_squared(const Half *a, const Half *b, size_t n) noexcept;

// Sum of a[i] * b[i].
float inner_product(const float *a, const float *b, size_t n) noexcept;
float inner_product(const Half *a, const Half *b, size_t n) noexcept;

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
float l1(const Half *a, const Half *b, size_t n) noexcept;

// Cosine of the angle, in [-1, 1]. It is NaN if a or b is all zeros, or if the sums overflow to
// inf / inf.
double cosine(const float *a, const float *b, size_t n) noexcept;
double cosine(const Half *a, const Half *b, size_t n) noexcept;

// The same between a row of floats and a row in bfloat16, the upper halves of floats. They have the
// same bits as after every element of b was widened to a float.
float l2_squared_bf16(const float *a, const uint16_t *b, size_t n) noexcept;
float inner_product_bf16(const float *a, const uint16_t *b, size_t n) noexcept;

// The naive versions for floats and halves, with which the tests compare. They sum in double.
template <class Element>
double l2_squared_reference(const Element *a, const Element *b, size_t n) noexcept;
template <class Element>
double inner_product_reference(const Element *a, const Element *b, size_t n) noexcept;
template <class Element>
double l1_reference(const Element *a, const Element *b, size_t n) noexcept;
template <class Element>
double cosine_reference(const Element *a, const Element *b, size_t n) noexcept;

} // namespace sbert::kernels
