// The naive distances of dense rows, with which the tests compare distance.cpp and
// half_distance.cpp.
#include <algorithm>
#include <cmath>

#include "encoder/kernels/distance.h"
#include "encoder/kernels/half_distance.h"

namespace sbert::kernels {

namespace {

double to_double(float x) { return x; }
double to_double(Half x) { return from_half(x); }

template <class Element>
double sum_of_squares(const Element *a, const Element *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        const double difference = to_double(a[i]) - to_double(b[i]);
        sum += difference * difference;
    }
    return sum;
}

template <class Element>
double sum_of_products(const Element *a, const Element *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += to_double(a[i]) * to_double(b[i]);
    return sum;
}

template <class Element>
double sum_of_distances(const Element *a, const Element *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += std::abs(to_double(a[i]) - to_double(b[i]));
    return sum;
}

template <class Element>
double cosine_of(const Element *a, const Element *b, size_t n)
{
    const double lengths = sum_of_products(a, a, n) * sum_of_products(b, b, n);
    return std::clamp(sum_of_products(a, b, n) / std::sqrt(lengths), -1.0, 1.0);
}

} // namespace

double l2_squared_reference(const float *a, const float *b, size_t n) noexcept
{
    return sum_of_squares(a, b, n);
}

double inner_product_reference(const float *a, const float *b, size_t n) noexcept
{
    return sum_of_products(a, b, n);
}

double l1_reference(const float *a, const float *b, size_t n) noexcept
{
    return sum_of_distances(a, b, n);
}

double cosine_reference(const float *a, const float *b, size_t n) noexcept
{
    return cosine_of(a, b, n);
}

double l2_squared_reference(const Half *a, const Half *b, size_t n) noexcept
{
    return sum_of_squares(a, b, n);
}

double inner_product_reference(const Half *a, const Half *b, size_t n) noexcept
{
    return sum_of_products(a, b, n);
}

double l1_reference(const Half *a, const Half *b, size_t n) noexcept
{
    return sum_of_distances(a, b, n);
}

double cosine_reference(const Half *a, const Half *b, size_t n) noexcept
{
    return cosine_of(a, b, n);
}

} // namespace sbert::kernels
