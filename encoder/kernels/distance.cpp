// Distances with Highway: this file is compiled once per instruction set, and the best one is taken
// at run time (https://google.github.io/highway/en/master/quick_reference.html).
//
// A row is walked in blocks of four vectors with a partial sum each, so that additions do not wait
// for one another; then in single vectors. What is left is copied into a vector filled up with
// zeros, which add nothing to any of the sums here. No load reaches past a row's end: it may be the
// end of a page.
#include "encoder/kernels/distance.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/distance.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::ScalableTag<float>;
using Lanes = hn::Vec<Tag>;

// One term added to a partial sum, for a vector of each row.
struct L2Squared {
    static HWY_INLINE Lanes add(Lanes a, Lanes b, Lanes sum)
    {
        const Lanes difference = hn::Sub(a, b);
        return hn::MulAdd(difference, difference, sum);
    }
};
struct InnerProduct {
    static HWY_INLINE Lanes add(Lanes a, Lanes b, Lanes sum) { return hn::MulAdd(a, b, sum); }
};
struct L1 {
    static HWY_INLINE Lanes add(Lanes a, Lanes b, Lanes sum)
    {
        return hn::Add(sum, hn::Abs(hn::Sub(a, b)));
    }
};

// The last `count` < Lanes elements, followed by zeros.
HWY_INLINE Lanes load_tail(const float *p, size_t count)
{
    const Tag d;
    HWY_ALIGN float buffer[hn::MaxLanes(d)] = {};
    std::memcpy(buffer, p, count * sizeof(float));
    return hn::Load(d, buffer);
}

template <class Term>
HWY_INLINE float sum_terms(const float *a, const float *b, size_t n)
{
    const Tag d;
    const size_t width = hn::Lanes(d);
    Lanes sum0 = hn::Zero(d), sum1 = sum0, sum2 = sum0, sum3 = sum0;
    size_t i = 0;
    for (; i + 4 * width <= n; i += 4 * width) {
        const float *pa = a + i, *pb = b + i;
        sum0 = Term::add(hn::LoadU(d, pa), hn::LoadU(d, pb), sum0);
        sum1 = Term::add(hn::LoadU(d, pa + width), hn::LoadU(d, pb + width), sum1);
        sum2 = Term::add(hn::LoadU(d, pa + 2 * width), hn::LoadU(d, pb + 2 * width), sum2);
        sum3 = Term::add(hn::LoadU(d, pa + 3 * width), hn::LoadU(d, pb + 3 * width), sum3);
    }
    for (; i + width <= n; i += width)
        sum0 = Term::add(hn::LoadU(d, a + i), hn::LoadU(d, b + i), sum0);
    if (i < n)
        sum1 = Term::add(load_tail(a + i, n - i), load_tail(b + i, n - i), sum1);
    return hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3))));
}

float l2_squared_sum(const float *a, const float *b, size_t n)
{
    return sum_terms<L2Squared>(a, b, n);
}

float inner_product_sum(const float *a, const float *b, size_t n)
{
    return sum_terms<InnerProduct>(a, b, n);
}

float l1_sum(const float *a, const float *b, size_t n) { return sum_terms<L1>(a, b, n); }

// The three sums of a cosine grow side by side, two partial sums each.
struct CosineState {
    Lanes ab0, ab1, aa0, aa1, bb0, bb1;
};

HWY_INLINE void cosine_add(Lanes a, Lanes b, Lanes &ab, Lanes &aa, Lanes &bb)
{
    ab = hn::MulAdd(a, b, ab);
    aa = hn::MulAdd(a, a, aa);
    bb = hn::MulAdd(b, b, bb);
}

// out: a.b, a.a, b.b
void cosine_sums(const float *a, const float *b, size_t n, float *out)
{
    const Tag d;
    const size_t width = hn::Lanes(d);
    const Lanes zero = hn::Zero(d);
    CosineState s = {zero, zero, zero, zero, zero, zero};
    size_t i = 0;
    for (; i + 2 * width <= n; i += 2 * width) {
        const float *pa = a + i, *pb = b + i;
        cosine_add(hn::LoadU(d, pa), hn::LoadU(d, pb), s.ab0, s.aa0, s.bb0);
        cosine_add(hn::LoadU(d, pa + width), hn::LoadU(d, pb + width), s.ab1, s.aa1, s.bb1);
    }
    if (i + width <= n) {
        cosine_add(hn::LoadU(d, a + i), hn::LoadU(d, b + i), s.ab0, s.aa0, s.bb0);
        i += width;
    }
    if (i < n)
        cosine_add(load_tail(a + i, n - i), load_tail(b + i, n - i), s.ab1, s.aa1, s.bb1);
    out[0] = hn::GetLane(hn::SumOfLanes(d, hn::Add(s.ab0, s.ab1)));
    out[1] = hn::GetLane(hn::SumOfLanes(d, hn::Add(s.aa0, s.aa1)));
    out[2] = hn::GetLane(hn::SumOfLanes(d, hn::Add(s.bb0, s.bb1)));
}

} // namespace HWY_NAMESPACE
} // namespace sbert::kernels
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
    // One root of the product in double, where it cannot overflow; rounding may carry the quotient
    // past 1.
    const double lengths = static_cast<double>(sums[1]) * sums[2];
    return std::clamp(sums[0] / std::sqrt(lengths), -1.0, 1.0);
}

} // namespace sbert::kernels
#endif
