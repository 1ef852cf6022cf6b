// Distances between two rows of halves: those of distance.h after every element became a float,
// which is exact.
//
//   a, b  (n)  any alignment, may be the same row; n may be 0
//
// Sums run in float as in distance.h, and its limits hold here: too large a sum is infinite,
// denormals are kept, results differ between CPUs in the last bits. There is no version in the half
// precision arithmetic that some CPUs have (AVX-512 FP16, Arm's FEAT_FP16): its sums would be
// halves, of 11 bits and at most 65504, where users of pgvector have sums in float. Cannot fail;
// allocates nothing; any thread.
#pragma once

#include <cstddef>

#include "encoder/kernels/half.h"

namespace sbert::kernels {

// Sum of (a[i] - b[i])^2.
float l2_squared(const Half *a, const Half *b, size_t n) noexcept;

// Sum of a[i] * b[i].
float inner_product(const Half *a, const Half *b, size_t n) noexcept;

// Sum of |a[i] - b[i]|.
float l1(const Half *a, const Half *b, size_t n) noexcept;

// Cosine of the angle, in [-1, 1]; NaN where a or b is all zeros, or where the sums overflow into
// inf / inf.
double cosine(const Half *a, const Half *b, size_t n) noexcept;

// The same, one element after another: the oracles of the tests. They sum in double.
double l2_squared_reference(const Half *a, const Half *b, size_t n) noexcept;
double inner_product_reference(const Half *a, const Half *b, size_t n) noexcept;
double l1_reference(const Half *a, const Half *b, size_t n) noexcept;
double cosine_reference(const Half *a, const Half *b, size_t n) noexcept;

} // namespace sbert::kernels
