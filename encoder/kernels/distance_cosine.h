// Computes a cosine from its three sums, for every kind of row.
#pragma once

#include <algorithm>
#include <cmath>

namespace sbert::kernels {

// The sums are a.b, a.a and b.b. The product of the lengths is in double, where it cannot overflow.
// Rounding may make the quotient larger than 1. It is NaN if a length is zero, or for inf / inf.
inline double cosine_of_sums(const float *sums) noexcept
{
    const double lengths = static_cast<double>(sums[1]) * sums[2];
    return std::clamp(sums[0] / std::sqrt(lengths), -1.0, 1.0);
}

} // namespace sbert::kernels
