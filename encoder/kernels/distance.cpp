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
#include "encoder/kernels/half_lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {

struct HalfSource {
    using Element = Half;
    static HWY_INLINE Lanes load(const Half *p) { return load_halves(p); }
};

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

#undef SBERT_SUMS
// The sums of one kind of rows, as functions that Highway can export by their names.
#define SBERT_SUMS(kind, Source)                                                                   \
    float kind##_l2_squared(const Source::Element *a, const Source::Element *b, size_t n)          \
    {                                                                                              \
        return sum_terms<L2Squared, Source>(a, b, n);                                              \
    }                                                                                              \
    float kind##_inner_product(const Source::Element *a, const Source::Element *b, size_t n)       \
    {                                                                                              \
        return sum_terms<InnerProduct, Source>(a, b, n);                                           \
    }                                                                                              \
    float kind##_l1(const Source::Element *a, const Source::Element *b, size_t n)                  \
    {                                                                                              \
        return sum_terms<L1, Source>(a, b, n);                                                     \
    }                                                                                              \
    void kind##_cosine(const Source::Element *a, const Source::Element *b, size_t n, float *out)   \
    {                                                                                              \
        sum_cosine<Source>(a, b, n, out);                                                          \
    }

SBERT_SUMS(float, FloatSource)
SBERT_SUMS(half, HalfSource)

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

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sbert::kernels {

#define SBERT_DISTANCES(kind, Element)                                                             \
    HWY_EXPORT(kind##_l2_squared);                                                                 \
    HWY_EXPORT(kind##_inner_product);                                                              \
    HWY_EXPORT(kind##_l1);                                                                         \
    HWY_EXPORT(kind##_cosine);                                                                     \
    float l2_squared(const Element *a, const Element *b, size_t n) noexcept                        \
    {                                                                                              \
        return HWY_DYNAMIC_DISPATCH(kind##_l2_squared)(a, b, n);                                   \
    }                                                                                              \
    float inner_product(const Element *a, const Element *b, size_t n) noexcept                     \
    {                                                                                              \
        return HWY_DYNAMIC_DISPATCH(kind##_inner_product)(a, b, n);                                \
    }                                                                                              \
    float l1(const Element *a, const Element *b, size_t n) noexcept                                \
    {                                                                                              \
        return HWY_DYNAMIC_DISPATCH(kind##_l1)(a, b, n);                                           \
    }                                                                                              \
    double cosine(const Element *a, const Element *b, size_t n) noexcept                           \
    {                                                                                              \
        float sums[3];                                                                             \
        HWY_DYNAMIC_DISPATCH(kind##_cosine)(a, b, n, sums);                                        \
        return cosine_of_sums(sums);                                                               \
    }

SBERT_DISTANCES(float, float)
SBERT_DISTANCES(half, Half)

HWY_EXPORT(inner_product_sums);

void inner_products(const float *a, const float *b, size_t ldb, size_t rows, size_t n,
                    float *out) noexcept
{
    HWY_DYNAMIC_DISPATCH(inner_product_sums)(a, b, ldb, rows, n, out);
}

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
