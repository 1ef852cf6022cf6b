// Rows of halves to rows of floats and back.
//
//   in, out  (n)  any alignment; must not overlap; n may be 0
//
// Every element as by from_half() and to_half(), to the bit and on every CPU, but for the bits of a
// NaN, which stays one. Cannot fail; allocates nothing; any thread.
#pragma once

#include <cstddef>

#include "encoder/kernels/half.h"

namespace sbert::kernels {

void halves_to_floats(const Half *in, float *out, size_t n) noexcept;

// To the nearest, ties to even; from 65520 on infinite.
void floats_to_halves(const float *in, Half *out, size_t n) noexcept;

} // namespace sbert::kernels
