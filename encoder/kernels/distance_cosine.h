// From the three sums of a cosine to the cosine: the same for every kind of row.
#pragma once

#include <algorithm>
#include <cmath>

namespace sbert::kernels {

// sums: a.b, a.a, b.b. One root of the product in double, where it cannot overflow; rounding may
// carry the quotient past 1. NaN where a length is zero, or inf / inf.
inline double cosine_of_sums(const float *sums) noexcept
{
    const double lengths = static_cast<double>(sums[1]) * sums[2];
    return std::clamp(sums[0] / std::sqrt(lengths), -1.0, 1.0);
}

} // namespace sbert::kernels
