// The naive distances: what distance.cpp must agree with.
#include "encoder/kernels/distance.h"

#include <algorithm>
#include <cmath>

namespace sbert::kernels {

double l2_squared_reference(const float *a, const float *b, size_t n) noexcept
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double difference = static_cast<double>(a[i]) - b[i];
        sum += difference * difference;
    }
    return sum;
}

double inner_product_reference(const float *a, const float *b, size_t n) noexcept
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += static_cast<double>(a[i]) * b[i];
    return sum;
}

double l1_reference(const float *a, const float *b, size_t n) noexcept
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += std::abs(static_cast<double>(a[i]) - b[i]);
    return sum;
}

double cosine_reference(const float *a, const float *b, size_t n) noexcept
{
    double lengths = inner_product_reference(a, a, n) * inner_product_reference(b, b, n);
    return std::clamp(inner_product_reference(a, b, n) / std::sqrt(lengths), -1.0, 1.0);
}

} // namespace sbert::kernels
