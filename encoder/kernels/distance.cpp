// Distances with Highway: this file is compiled once per instruction set, and the best one is taken
// at run time (https://google.github.io/highway/en/master/quick_reference.html). How rows are
// walked is distance-inl.h.
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
