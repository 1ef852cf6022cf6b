// What "near" means, and the one number that orders rows by it.
//
// Every metric has a key, smaller is nearer, that needs no square root:
//   L2             |q - x|^2
//   cosine         |q - x|^2 over unit vectors, twice the cosine distance
//   inner product  -<q, x>
#pragma once

#include <cstddef>
#include <cstdint>

namespace sbert::ann {

enum class Metric : uint16_t { kL2 = 1, kInnerProduct = 2, kCosine = 3 };

// |x|^2, in double: neither overflows nor loses small terms.
inline double sum_of_squares(const float *x, size_t n) noexcept
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += static_cast<double>(x[i]) * x[i];
    return sum;
}

} // namespace sbert::ann
