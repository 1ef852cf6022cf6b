// Row operations with Highway, compiled once for each instruction set.
#include "encoder/kernels/rows.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/rows.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include <hwy/contrib/math/math-inl.h>

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// At most 32 lanes, so that rows padded to a multiple of 32 hold whole vectors.
using Lanes = hn::CappedTag<float, 32>;
using Vector = hn::Vec<Lanes>;

// x[i] = vector(x[i], y[i]) for whole vectors, and x[i] = scalar(x[i], y[i]) for the last elements.
template <class VectorFunction, class ScalarFunction>
HWY_INLINE void combine(float *x, const float *y, size_t n, VectorFunction vector,
                        ScalarFunction scalar)
{
    const Lanes d;
    const size_t lanes = hn::Lanes(d);
    size_t i = 0;
    for (; i + lanes <= n; i += lanes)
        hn::StoreU(vector(hn::LoadU(d, x + i), hn::LoadU(d, y + i)), d, x + i);
    for (; i < n; i++)
        x[i] = scalar(x[i], y[i]);
}

void add(float *sum, const float *x, size_t n)
{
    combine(
        sum, x, n, [](Vector a, Vector b) { return hn::Add(a, b); },
        [](float a, float b) { return a + b; });
}

void add_scaled(float *sum, const float *x, float factor, size_t n)
{
    const Vector f = hn::Set(Lanes(), factor);
    combine(
        sum, x, n, [f](Vector a, Vector b) { return hn::MulAdd(f, b, a); },
        [factor](float a, float b) { return std::fma(factor, b, a); });
}

void maximum(float *max, const float *x, size_t n)
{
    combine(
        max, x, n, [](Vector a, Vector b) { return hn::Max(a, b); },
        [](float a, float b) { return std::max(a, b); });
}

void scale(float *x, float factor, size_t n)
{
    const Vector f = hn::Set(Lanes(), factor);
    combine(
        x, x, n, [f](Vector a, Vector) { return hn::Mul(a, f); },
        [factor](float a, float) { return a * factor; });
}

// The sum over i of vector(row[i]) in two accumulators. scalar() is for the last elements.
template <class VectorFunction, class ScalarFunction>
HWY_INLINE float sum_of(const float *x, size_t n, VectorFunction vector, ScalarFunction scalar)
{
    const Lanes d;
    const size_t lanes = hn::Lanes(d);
    Vector sum0 = hn::Zero(d), sum1 = hn::Zero(d);
    size_t i = 0;
    for (; i + 2 * lanes <= n; i += 2 * lanes) {
        sum0 = hn::Add(sum0, vector(hn::LoadU(d, x + i)));
        sum1 = hn::Add(sum1, vector(hn::LoadU(d, x + i + lanes)));
    }
    for (; i + lanes <= n; i += lanes)
        sum0 = hn::Add(sum0, vector(hn::LoadU(d, x + i)));
    float sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(sum0, sum1)));
    for (; i < n; i++)
        sum += scalar(x[i]);
    return sum;
}

// Normalises one row in place: y = (y - mean) / sqrt(variance + eps) * gamma + beta.
HWY_INLINE void normalize_row(float *y, size_t C, const float *gamma, const float *beta, float eps)
{
    const Lanes d;
    const float mean = sum_of(
                           y, C, [](Vector v) { return v; }, [](float v) { return v; }) /
                       static_cast<float>(C);
    const Vector m = hn::Set(d, mean);
    const float squares = sum_of(
        y, C,
        [m](Vector v) {
            const Vector deviation = hn::Sub(v, m);
            return hn::Mul(deviation, deviation);
        },
        [mean](float v) { return (v - mean) * (v - mean); });
    const float factor = 1.0f / std::sqrt(squares / static_cast<float>(C) + eps);
    const Vector f = hn::Set(d, factor);
    const size_t lanes = hn::Lanes(d);
    size_t j = 0;
    for (; j + lanes <= C; j += lanes) {
        const Vector v = hn::Mul(hn::Sub(hn::LoadU(d, y + j), m), f);
        hn::StoreU(hn::MulAdd(v, hn::LoadU(d, gamma + j), hn::LoadU(d, beta + j)), d, y + j);
    }
    for (; j < C; j++)
        y[j] = std::fma((y[j] - mean) * factor, gamma[j], beta[j]);
}

void layer_norm(const float *x, const float *residual, size_t rows, size_t C, const float *gamma,
                const float *beta, float eps, float *y)
{
    const Lanes d;
    const size_t lanes = hn::Lanes(d);
    for (size_t i = 0; i < rows; i++, x += C, y += C) {
        const float *r = residual != nullptr ? residual + i * C : nullptr;
        size_t j = 0;
        for (; j + lanes <= C; j += lanes) {
            const Vector v = hn::LoadU(d, x + j);
            hn::StoreU(r != nullptr ? hn::Add(v, hn::LoadU(d, r + j)) : v, d, y + j);
        }
        for (; j < C; j++)
            y[j] = x[j] + (r != nullptr ? r[j] : 0.0f);
        normalize_row(y, C, gamma, beta, eps);
    }
}

void softmax(float *scores, size_t rows, size_t n, size_t ld, float scale)
{
    const Lanes d;
    const size_t lanes = hn::Lanes(d);
    const size_t whole = hwy::RoundUpTo(n, lanes);
    for (size_t i = 0; i < rows; i++, scores += ld) {
        // exp(-inf) is 0, so the padding within whole vectors adds nothing.
        std::fill(scores + n, scores + whole, -HUGE_VALF);
        Vector max = hn::Set(d, -HUGE_VALF);
        for (size_t j = 0; j < whole; j += lanes)
            max = hn::Max(max, hn::LoadU(d, scores + j));
        max = hn::MaxOfLanes(d, max);
        const Vector s = hn::Set(d, scale);
        Vector sum = hn::Zero(d);
        for (size_t j = 0; j < whole; j += lanes) {
            const Vector shifted = hn::Sub(hn::LoadU(d, scores + j), max);
            const Vector e = hn::Exp(d, hn::Mul(shifted, s));
            hn::StoreU(e, d, scores + j);
            sum = hn::Add(sum, e);
        }
        const Vector factor = hn::Div(hn::Set(d, 1.0f), hn::SumOfLanes(d, sum));
        for (size_t j = 0; j < whole; j += lanes)
            hn::StoreU(hn::Mul(hn::LoadU(d, scores + j), factor), d, scores + j);
        std::fill(scores + whole, scores + ld, 0.0f);
    }
}

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sbert::kernels {

HWY_EXPORT(add);
HWY_EXPORT(add_scaled);
HWY_EXPORT(maximum);
HWY_EXPORT(scale);
HWY_EXPORT(layer_norm);
HWY_EXPORT(softmax);

void add(float *sum, const float *x, size_t n) noexcept { HWY_DYNAMIC_DISPATCH(add)(sum, x, n); }

void add_scaled(float *sum, const float *x, float factor, size_t n) noexcept
{
    HWY_DYNAMIC_DISPATCH(add_scaled)(sum, x, factor, n);
}

void maximum(float *max, const float *x, size_t n) noexcept
{
    HWY_DYNAMIC_DISPATCH(maximum)(max, x, n);
}

void scale(float *x, float factor, size_t n) noexcept { HWY_DYNAMIC_DISPATCH(scale)(x, factor, n); }

void layer_norm(const float *x, const float *residual, size_t rows, size_t C, const float *gamma,
                const float *beta, float eps, float *y) noexcept
{
    HWY_DYNAMIC_DISPATCH(layer_norm)(x, residual, rows, C, gamma, beta, eps, y);
}

void softmax(float *scores, size_t rows, size_t n, size_t ld, float scale) noexcept
{
    HWY_DYNAMIC_DISPATCH(softmax)(scores, rows, n, ld, scale);
}

} // namespace sbert::kernels
#endif
