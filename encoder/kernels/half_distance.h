// Distances between two rows of halves. They are those of distance.h after every element was
// widened to a float, which is exact.
//
//   a, b  (n)  any alignment, may be the same row; n may be 0
//
// Sums are computed in float with the limits of distance.h: a sum that overflows is infinite,
// denormals are kept, and results of different CPUs differ in the last bits. No version uses the
// half precision arithmetic of some CPUs (AVX-512 FP16, Arm's FEAT_FP16). Its sums would be halves,
// with 11 bits and at most 65504, while pgvector sums in float. Cannot fail; allocates nothing; any
// thread.
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

// Cosine of the angle, in [-1, 1]. It is NaN if a or b is all zeros, or if the sums overflow to
// inf / inf.
double cosine(const Half *a, const Half *b, size_t n) noexcept;

// The naive versions, with which the tests compare. They sum in double.
double l2_squared_reference(const Half *a, const Half *b, size_t n) noexcept;
double inner_product_reference(const Half *a, const Half *b, size_t n) noexcept;
double l1_reference(const Half *a, const Half *b, size_t n) noexcept;
double cosine_reference(const Half *a, const Half *b, size_t n) noexcept;

} // namespace sbert::kernels
