// The rotation with Highway, compiled once for each instruction set.
//
// Every element goes through the same additions and multiplications in the same order as in the
// naive version, and no product could be fused with a sum. So the result has the same bits on every
// instruction set.
#include "encoder/kernels/rotation.h"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/rotation.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// At most 8 lanes, because the butterflies within a vector are written out for 4 and 8.
using Lanes = hn::CappedTag<float, 8>;
using Vector = hn::Vec<Lanes>;
using Words = hn::RebindToUnsigned<Lanes>;

// Negates the elements whose bit is set.
HWY_INLINE void flip_signs(const uint32_t *signs, size_t d, float *x)
{
    const Lanes f;
    const Words u;
    const size_t lanes = hn::Lanes(f);
    const auto top = hn::Set(u, 0x80000000u);
    size_t i = 0;
    for (; i + lanes <= d; i += lanes) {
        // Lane j shifts bit i + j to the top.
        const auto word = hn::Set(u, signs[i / 32] >> (i % 32));
        const auto shift = hn::Sub(hn::Set(u, 31), hn::Iota(u, 0));
        const auto flip = hn::And(hn::Shl(word, shift), top);
        hn::StoreU(hn::Xor(hn::LoadU(f, x + i), hn::BitCast(f, flip)), f, x + i);
    }
    for (; i < d; i++)
        x[i] = (signs[i / 32] >> (i % 32) & 1) != 0 ? -x[i] : x[i];
}

// The transform element by element.
HWY_INLINE void transform_few(float *x, size_t n)
{
    for (size_t h = 1; h < n; h *= 2) {
        for (size_t i = 0; i < n; i += 2 * h) {
            for (size_t j = i; j < i + h; j++) {
                const float a = x[j], b = x[j + h];
                x[j] = a + b;
                x[j + h] = a - b;
            }
        }
    }
}

// This target has nothing to swap within vectors.
#if HWY_TARGET == HWY_SCALAR

HWY_INLINE void transform_steps(float *x, size_t n) { transform_few(x, n); }

#else

// swapped + v in lanes where `minus` is zero, and swapped - v where it is the sign bit. These are
// a + b in the lanes of a and a - b in the lanes of b.
HWY_INLINE Vector butterfly(Vector v, Vector swapped, Vector minus)
{
    return hn::Add(swapped, hn::Xor(v, minus));
}

// The steps of distance 1, 2 (and 4) within vectors.
HWY_INLINE void transform_within(float *x, size_t n)
{
    const Lanes f;
    const size_t lanes = hn::Lanes(f);
    HWY_ALIGN constexpr float kMinus[3][8] = {
        {0.0f, -0.0f, 0.0f, -0.0f, 0.0f, -0.0f, 0.0f, -0.0f},
        {0.0f, 0.0f, -0.0f, -0.0f, 0.0f, 0.0f, -0.0f, -0.0f},
        {0.0f, 0.0f, 0.0f, 0.0f, -0.0f, -0.0f, -0.0f, -0.0f},
    };
    const Vector minus1 = hn::Load(f, kMinus[0]), minus2 = hn::Load(f, kMinus[1]);
    const Vector minus4 = hn::Load(f, kMinus[2]);
    for (size_t i = 0; i < n; i += lanes) {
        Vector v = hn::LoadU(f, x + i);
        v = butterfly(v, hn::Shuffle2301(v), minus1);
        v = butterfly(v, hn::Shuffle1032(v), minus2);
        if (hn::MaxLanes(f) == 8)
            v = butterfly(v, hn::ConcatLowerUpper(f, v, v), minus4);
        hn::StoreU(v, f, x + i);
    }
}

// One step of distance h, a multiple of the lanes.
HWY_INLINE void transform_step(float *x, size_t n, size_t h)
{
    const Lanes f;
    for (size_t i = 0; i < n; i += 2 * h) {
        for (size_t j = i; j < i + h; j += hn::Lanes(f)) {
            const Vector a = hn::LoadU(f, x + j), b = hn::LoadU(f, x + j + h);
            hn::StoreU(hn::Add(a, b), f, x + j);
            hn::StoreU(hn::Sub(a, b), f, x + j + h);
        }
    }
}

// The steps h and 2 h together, which need half as many loads and stores.
HWY_INLINE void transform_two_steps(float *x, size_t n, size_t h)
{
    const Lanes f;
    for (size_t i = 0; i < n; i += 4 * h) {
        for (size_t j = i; j < i + h; j += hn::Lanes(f)) {
            float *p = x + j;
            const Vector a = hn::LoadU(f, p), b = hn::LoadU(f, p + h);
            const Vector c = hn::LoadU(f, p + 2 * h), e = hn::LoadU(f, p + 3 * h);
            const Vector ab = hn::Add(a, b), a_b = hn::Sub(a, b);
            const Vector ce = hn::Add(c, e), c_e = hn::Sub(c, e);
            hn::StoreU(hn::Add(ab, ce), f, p);
            hn::StoreU(hn::Add(a_b, c_e), f, p + h);
            hn::StoreU(hn::Sub(ab, ce), f, p + 2 * h);
            hn::StoreU(hn::Sub(a_b, c_e), f, p + 3 * h);
        }
    }
}

HWY_INLINE void transform_steps(float *x, size_t n)
{
    const size_t lanes = hn::Lanes(Lanes());
    if (n < lanes) {
        transform_few(x, n);
        return;
    }
    transform_within(x, n);
    size_t h = lanes;
    for (; 4 * h <= n; h *= 4)
        transform_two_steps(x, n, h);
    if (h < n)
        transform_step(x, n, h);
}

#endif

HWY_INLINE void scale_all(float *x, size_t n, float factor)
{
    const Lanes f;
    const size_t lanes = hn::Lanes(f);
    size_t i = 0;
    for (; i + lanes <= n; i += lanes)
        hn::StoreU(hn::Mul(hn::LoadU(f, x + i), hn::Set(f, factor)), f, x + i);
    for (; i < n; i++)
        x[i] *= factor;
}

// Walsh-Hadamard of n = 2^k elements, orthonormal.
HWY_INLINE void transform(float *x, size_t n)
{
    transform_steps(x, n);
    scale_all(x, n, 1.0f / std::sqrt(static_cast<float>(n)));
}

// (a, b) -> (a + b, a - b) / sqrt(2) between the first and the last d / 2 elements.
HWY_INLINE void mix_halves(float *x, size_t d)
{
    const Lanes f;
    const size_t lanes = hn::Lanes(f), half = d / 2;
    const float factor = 0.70710678f;
    const Vector scale = hn::Set(f, factor);
    float *first = x, *last = x + (d - half);
    size_t i = 0;
    for (; i + lanes <= half; i += lanes) {
        const Vector a = hn::LoadU(f, first + i), b = hn::LoadU(f, last + i);
        hn::StoreU(hn::Mul(hn::Add(a, b), scale), f, first + i);
        hn::StoreU(hn::Mul(hn::Sub(a, b), scale), f, last + i);
    }
    for (; i < half; i++) {
        const float a = first[i], b = last[i];
        first[i] = (a + b) * factor;
        last[i] = (a - b) * factor;
    }
}

void rotate_all(const uint32_t *signs, size_t d, float *x)
{
    size_t n = 1;
    while (2 * n <= d)
        n *= 2;
    for (size_t round = 0; round < kRotationRounds; round++) {
        flip_signs(signs + round * ((d + 31) / 32), d, x);
        transform(round % 2 == 0 ? x : x + (d - n), n);
        if (n < d && round % 2 == 1)
            mix_halves(x, d);
    }
}

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sbert::kernels {

HWY_EXPORT(rotate_all);

void make_rotation(uint64_t seed, size_t d, uint32_t *signs) noexcept
{
    // SplitMix64, the upper half of each number (Steele, Lea & Flood 2014).
    for (size_t i = 0; i < rotation_words(d); i++) {
        uint64_t z = seed += 0x9E3779B97F4A7C15u;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
        signs[i] = static_cast<uint32_t>((z ^ (z >> 31)) >> 32);
    }
}

void rotate(const uint32_t *signs, size_t d, float *x) noexcept
{
    if (d > 0)
        HWY_DYNAMIC_DISPATCH(rotate_all)(signs, d, x);
}

} // namespace sbert::kernels
#endif
