// The naive distances of sparse rows, with which the tests compare sparse_distance.cpp.
#include "encoder/kernels/sparse_distance.h"

#include <algorithm>
#include <cmath>

namespace sbert::kernels {

namespace {

// Calls term(a[i], b[i]) for every i at which a or b has an element.
template <class Term>
void for_elements(SparseRow a, SparseRow b, Term term)
{
    size_t i = 0, j = 0;
    while (i < a.count || j < b.count) {
        const bool only_a = j == b.count || (i < a.count && a.indices[i] < b.indices[j]);
        const bool only_b = i == a.count || (j < b.count && b.indices[j] < a.indices[i]);
        const double x = only_b ? 0 : a.values[i], y = only_a ? 0 : b.values[j];
        term(x, y);
        i += only_b ? 0 : 1;
        j += only_a ? 0 : 1;
    }
}

} // namespace

double l2_squared_reference(SparseRow a, SparseRow b) noexcept
{
    double sum = 0;
    for_elements(a, b, [&sum](double x, double y) { sum += (x - y) * (x - y); });
    return sum;
}

double inner_product_reference(SparseRow a, SparseRow b) noexcept
{
    double sum = 0;
    for_elements(a, b, [&sum](double x, double y) { sum += x * y; });
    return sum;
}

double l1_reference(SparseRow a, SparseRow b) noexcept
{
    double sum = 0;
    for_elements(a, b, [&sum](double x, double y) { sum += std::abs(x - y); });
    return sum;
}

double cosine_reference(SparseRow a, SparseRow b) noexcept
{
    const double lengths = inner_product_reference(a, a) * inner_product_reference(b, b);
    return std::clamp(inner_product_reference(a, b) / std::sqrt(lengths), -1.0, 1.0);
}

} // namespace sbert::kernels
