// Distances with Highway. This file is compiled once per instruction set, and the best version is
// chosen at run time (https://google.github.io/highway/en/master/quick_reference.html). The loops
// over rows are in distance-inl.h.
#include "encoder/kernels/distance.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/distance.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include "encoder/kernels/distance-inl.h"
#include "encoder/kernels/distance_cosine.h"

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {

float l2_squared_sum(const float *a, const float *b, size_t n)
{
    return sum_terms<L2Squared, FloatSource>(a, b, n);
}

float inner_product_sum(const float *a, const float *b, size_t n)
{
    return sum_terms<InnerProduct, FloatSource>(a, b, n);
}

float l1_sum(const float *a, const float *b, size_t n)
{
    return sum_terms<L1, FloatSource>(a, b, n);
}

// Takes kRows rows of b at a time, each with two partial sums, so that they share the loads of a.
template <size_t kRows>
HWY_INLINE void products_of_rows(const float *a, const float *b, size_t ldb, size_t n, float *out)
{
    const Tag d;
    const size_t width = hn::Lanes(d);
    Lanes even[kRows], odd[kRows];
    for (size_t j = 0; j < kRows; j++)
        even[j] = odd[j] = hn::Zero(d);
    size_t i = 0;
    for (; i + 2 * width <= n; i += 2 * width) {
        const Lanes a0 = hn::LoadU(d, a + i), a1 = hn::LoadU(d, a + i + width);
        for (size_t j = 0; j < kRows; j++) {
            even[j] = hn::MulAdd(a0, hn::LoadU(d, b + j * ldb + i), even[j]);
            odd[j] = hn::MulAdd(a1, hn::LoadU(d, b + j * ldb + i + width), odd[j]);
        }
    }
    for (; i < n; i += width) {
        const size_t count = HWY_MIN(width, n - i);
        const Lanes rest = load_tail<FloatSource>(a + i, count);
        for (size_t j = 0; j < kRows; j++)
            even[j] = hn::MulAdd(rest, load_tail<FloatSource>(b + j * ldb + i, count), even[j]);
    }
    for (size_t j = 0; j < kRows; j++)
        out[j] = hn::GetLane(hn::SumOfLanes(d, hn::Add(even[j], odd[j])));
}

void inner_product_sums(const float *a, const float *b, size_t ldb, size_t rows, size_t n,
                        float *out)
{
    size_t j = 0;
    for (; j + 4 <= rows; j += 4)
        products_of_rows<4>(a, b + j * ldb, ldb, n, out + j);
    switch (rows - j) {
    case 3:
        return products_of_rows<3>(a, b + j * ldb, ldb, n, out + j);
    case 2:
        return products_of_rows<2>(a, b + j * ldb, ldb, n, out + j);
    case 1:
        return products_of_rows<1>(a, b + j * ldb, ldb, n, out + j);
    }
}

void cosine_sums(const float *a, const float *b, size_t n, float *out)
{
    sum_cosine<FloatSource>(a, b, n, out);
}

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sbert::kernels {

HWY_EXPORT(l2_squared_sum);
HWY_EXPORT(inner_product_sum);
HWY_EXPORT(inner_product_sums);
HWY_EXPORT(l1_sum);
HWY_EXPORT(cosine_sums);

float l2_squared(const float *a, const float *b, size_t n) noexcept
{
    return HWY_DYNAMIC_DISPATCH(l2_squared_sum)(a, b, n);
}

float inner_product(const float *a, const float *b, size_t n) noexcept
{
    return HWY_DYNAMIC_DISPATCH(inner_product_sum)(a, b, n);
}

void inner_products(const float *a, const float *b, size_t ldb, size_t rows, size_t n,
                    float *out) noexcept
{
    HWY_DYNAMIC_DISPATCH(inner_product_sums)(a, b, ldb, rows, n, out);
}

float l1(const float *a, const float *b, size_t n) noexcept
{
    return HWY_DYNAMIC_DISPATCH(l1_sum)(a, b, n);
}

double cosine(const float *a, const float *b, size_t n) noexcept
{
    float sums[3];
    HWY_DYNAMIC_DISPATCH(cosine_sums)(a, b, n, sums);
    return cosine_of_sums(sums);
}

} // namespace sbert::kernels
#endif
