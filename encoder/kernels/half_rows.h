// Converts rows of halves to rows of floats.
//
//   in, out  (n)  any alignment; must not overlap; n may be 0
//
// Every element has the same bits as from from_half(), on every CPU. A NaN stays a
// NaN, but its bits may differ. Cannot fail; allocates nothing; any thread.
#pragma once

#include <cstddef>

#include "encoder/kernels/half.h"

namespace sbert::kernels {

void halves_to_floats(const Half *in, float *out, size_t n) noexcept;

} // namespace sbert::kernels
