// The naive distances of dense rows, with which the tests compare distance.cpp.
#include <algorithm>
#include <cmath>

#include "encoder/kernels/distance.h"

namespace sbert::kernels {

namespace {

double to_double(float x) { return x; }
double to_double(Half x) { return from_half(x); }

} // namespace

template <class Element>
double l2_squared_reference(const Element *a, const Element *b, size_t n) noexcept
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const double difference = to_double(a[i]) - to_double(b[i]);
        sum += difference * difference;
    }
    return sum;
}

template <class Element>
double inner_product_reference(const Element *a, const Element *b, size_t n) noexcept
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += to_double(a[i]) * to_double(b[i]);
    return sum;
}

template <class Element>
double l1_reference(const Element *a, const Element *b, size_t n) noexcept
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += std::abs(to_double(a[i]) - to_double(b[i]));
    return sum;
}

template <class Element>
double cosine_reference(const Element *a, const Element *b, size_t n) noexcept
{
    const double lengths = inner_product_reference(a, a, n) * inner_product_reference(b, b, n);
    return std::clamp(inner_product_reference(a, b, n) / std::sqrt(lengths), -1.0, 1.0);
}

template double l2_squared_reference(const float *, const float *, size_t) noexcept;
template double inner_product_reference(const float *, const float *, size_t) noexcept;
template double l1_reference(const float *, const float *, size_t) noexcept;
template double cosine_reference(const float *, const float *, size_t) noexcept;
template double l2_squared_reference(const Half *, const Half *, size_t) noexcept;
template double inner_product_reference(const Half *, const Half *, size_t) noexcept;
template double l1_reference(const Half *, const Half *, size_t) noexcept;
template double cosine_reference(const Half *, const Half *, size_t) noexcept;

} // namespace sbert::kernels
