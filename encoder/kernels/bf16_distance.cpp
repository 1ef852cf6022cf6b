// The distances of bf16_distance.h with Highway, compiled once for each instruction set. The sums
// are those of distance-inl.h, over elements that are widened to floats when they are loaded.
#include "encoder/kernels/bf16_distance.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/bf16_distance.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include "encoder/kernels/distance-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {

struct Bf16Source {
    using Element = uint16_t;
    static HWY_INLINE Lanes load(const uint16_t *p)
    {
        const hn::RebindToUnsigned<Tag> wide;
        const hn::Rebind<uint16_t, Tag> narrow;
        return hn::BitCast(Tag(), hn::ShiftLeft<16>(hn::PromoteTo(wide, hn::LoadU(narrow, p))));
    }
};

float l2_squared_bf16_sum(const float *a, const uint16_t *b, size_t n)
{
    return sum_terms<L2Squared, FloatSource, Bf16Source>(a, b, n);
}

float inner_product_bf16_sum(const float *a, const uint16_t *b, size_t n)
{
    return sum_terms<InnerProduct, FloatSource, Bf16Source>(a, b, n);
}

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sbert::kernels {

HWY_EXPORT(l2_squared_bf16_sum);
HWY_EXPORT(inner_product_bf16_sum);

float l2_squared_bf16(const float *a, const uint16_t *b, size_t n) noexcept
{
    return HWY_DYNAMIC_DISPATCH(l2_squared_bf16_sum)(a, b, n);
}

float inner_product_bf16(const float *a, const uint16_t *b, size_t n) noexcept
{
    return HWY_DYNAMIC_DISPATCH(inner_product_bf16_sum)(a, b, n);
}

} // namespace sbert::kernels
#endif
