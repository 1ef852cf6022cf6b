// The sums for the distances of dense rows of any element type. distance.cpp and
// sparse_distance.cpp include this once for each instruction set (Highway).
//
// A row is processed in blocks of four vectors with a partial sum each, so that additions do not
// wait for one another, and then in single vectors. The last elements are copied into a vector that
// is filled up with zeros, which add nothing to the sums. No load reaches past a row's end, because
// that may be the end of a page.
//
// A source says how elements become floats:
//   struct Source {
//       using Element = ...;                    zero is all bits zero
//       static Lanes load(const Element *p);    hn::Lanes(Tag()) of them, at any alignment
//   };
#if defined(SBERT_DISTANCE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef SBERT_DISTANCE_INL_H
#undef SBERT_DISTANCE_INL_H
#else
#define SBERT_DISTANCE_INL_H
#endif

#include <cstddef>
#include <cstring>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Tag = hn::ScalableTag<float>;
using Lanes = hn::Vec<Tag>;

struct FloatSource {
    using Element = float;
    static HWY_INLINE Lanes load(const float *p) { return hn::LoadU(Tag(), p); }
};

// A term adds a vector of each row to a partial sum. The term of two zeros is zero.
struct L2Squared {
    template <class V>
    static HWY_INLINE V add(V a, V b, V sum)
    {
        const V difference = hn::Sub(a, b);
        return hn::MulAdd(difference, difference, sum);
    }
};
struct InnerProduct {
    template <class V>
    static HWY_INLINE V add(V a, V b, V sum)
    {
        return hn::MulAdd(a, b, sum);
    }
};
struct L1 {
    template <class V>
    static HWY_INLINE V add(V a, V b, V sum)
    {
        return hn::Add(sum, hn::Abs(hn::Sub(a, b)));
    }
};

// The last `count` < Lanes elements, followed by zeros.
template <class Source>
HWY_INLINE Lanes load_tail(const typename Source::Element *p, size_t count)
{
    HWY_ALIGN typename Source::Element buffer[hn::MaxLanes(Tag())] = {};
    std::memcpy(buffer, p, count * sizeof(*p));
    return Source::load(buffer);
}

// The rows may be of different kinds.
template <class Term, class Source, class Other = Source>
HWY_INLINE float sum_terms(const typename Source::Element *a, const typename Other::Element *b,
                           size_t n)
{
    const Tag d;
    const size_t width = hn::Lanes(d);
    Lanes sum0 = hn::Zero(d), sum1 = sum0, sum2 = sum0, sum3 = sum0;
    size_t i = 0;
    for (; i + 4 * width <= n; i += 4 * width) {
        const auto *pa = a + i;
        const auto *pb = b + i;
        sum0 = Term::add(Source::load(pa), Other::load(pb), sum0);
        sum1 = Term::add(Source::load(pa + width), Other::load(pb + width), sum1);
        sum2 = Term::add(Source::load(pa + 2 * width), Other::load(pb + 2 * width), sum2);
        sum3 = Term::add(Source::load(pa + 3 * width), Other::load(pb + 3 * width), sum3);
    }
    for (; i + width <= n; i += width)
        sum0 = Term::add(Source::load(a + i), Other::load(b + i), sum0);
    if (i < n)
        sum1 = Term::add(load_tail<Source>(a + i, n - i), load_tail<Other>(b + i, n - i), sum1);
    return hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3))));
}

// The three sums of a cosine, with two partial sums each.
struct CosineState {
    Lanes ab0, ab1, aa0, aa1, bb0, bb1;
};

HWY_INLINE void cosine_add(Lanes a, Lanes b, Lanes &ab, Lanes &aa, Lanes &bb)
{
    ab = hn::MulAdd(a, b, ab);
    aa = hn::MulAdd(a, a, aa);
    bb = hn::MulAdd(b, b, bb);
}

// Writes a.b, a.a and b.b to out.
template <class Source>
HWY_INLINE void sum_cosine(const typename Source::Element *a, const typename Source::Element *b,
                           size_t n, float *out)
{
    const Tag d;
    const size_t width = hn::Lanes(d);
    const Lanes zero = hn::Zero(d);
    CosineState s = {zero, zero, zero, zero, zero, zero};
    size_t i = 0;
    for (; i + 2 * width <= n; i += 2 * width) {
        const auto *pa = a + i;
        const auto *pb = b + i;
        cosine_add(Source::load(pa), Source::load(pb), s.ab0, s.aa0, s.bb0);
        cosine_add(Source::load(pa + width), Source::load(pb + width), s.ab1, s.aa1, s.bb1);
    }
    if (i + width <= n) {
        cosine_add(Source::load(a + i), Source::load(b + i), s.ab0, s.aa0, s.bb0);
        i += width;
    }
    if (i < n)
        cosine_add(load_tail<Source>(a + i, n - i), load_tail<Source>(b + i, n - i), s.ab1, s.aa1,
                   s.bb1);
    out[0] = hn::GetLane(hn::SumOfLanes(d, hn::Add(s.ab0, s.ab1)));
    out[1] = hn::GetLane(hn::SumOfLanes(d, hn::Add(s.aa0, s.aa1)));
    out[2] = hn::GetLane(hn::SumOfLanes(d, hn::Add(s.bb0, s.bb1)));
}

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
