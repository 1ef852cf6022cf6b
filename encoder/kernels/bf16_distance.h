// Distances between a row of floats and a row in bfloat16, the upper halves of floats. They have
// the same bits as those of distance.h after every element of b was widened to a float.
//
//   a, b  (n)  any alignment; n may be 0
//
// Cannot fail; allocates nothing; any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sbert::kernels {

// Sum of (a[i] - b[i])^2.
float l2_squared_bf16(const float *a, const uint16_t *b, size_t n) noexcept;

// Sum of a[i] * b[i].
float inner_product_bf16(const float *a, const uint16_t *b, size_t n) noexcept;

} // namespace sbert::kernels
