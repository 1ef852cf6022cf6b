// Distances of rows of halves with Highway, compiled once for each instruction set. The sums are
// those of distance-inl.h, over elements that are widened to floats when they are loaded.
#include "encoder/kernels/half_distance.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/half_distance.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include "encoder/kernels/distance-inl.h"
#include "encoder/kernels/distance_cosine.h"
#include "encoder/kernels/half_lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {

struct HalfSource {
    using Element = Half;
    static HWY_INLINE Lanes load(const Half *p) { return load_halves(p); }
};

float half_l2_squared_sum(const Half *a, const Half *b, size_t n)
{
    return sum_terms<L2Squared, HalfSource>(a, b, n);
}

float half_inner_product_sum(const Half *a, const Half *b, size_t n)
{
    return sum_terms<InnerProduct, HalfSource>(a, b, n);
}

float half_l1_sum(const Half *a, const Half *b, size_t n)
{
    return sum_terms<L1, HalfSource>(a, b, n);
}

void half_cosine_sums(const Half *a, const Half *b, size_t n, float *out)
{
    sum_cosine<HalfSource>(a, b, n, out);
}

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sbert::kernels {

HWY_EXPORT(half_l2_squared_sum);
HWY_EXPORT(half_inner_product_sum);
HWY_EXPORT(half_l1_sum);
HWY_EXPORT(half_cosine_sums);

float l2_squared(const Half *a, const Half *b, size_t n) noexcept
{
    return HWY_DYNAMIC_DISPATCH(half_l2_squared_sum)(a, b, n);
}

float inner_product(const Half *a, const Half *b, size_t n) noexcept
{
    return HWY_DYNAMIC_DISPATCH(half_inner_product_sum)(a, b, n);
}

float l1(const Half *a, const Half *b, size_t n) noexcept
{
    return HWY_DYNAMIC_DISPATCH(half_l1_sum)(a, b, n);
}

double cosine(const Half *a, const Half *b, size_t n) noexcept
{
    float sums[3];
    HWY_DYNAMIC_DISPATCH(half_cosine_sums)(a, b, n, sums);
    return cosine_of_sums(sums);
}

} // namespace sbert::kernels
#endif
