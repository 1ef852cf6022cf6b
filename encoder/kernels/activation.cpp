// Activations by Highway, compiled once for each instruction set.
#include "encoder/kernels/activation.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/activation.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

#include <hwy/contrib/math/math-inl.h>

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Lanes = hn::ScalableTag<float>;
using Vector = hn::Vec<Lanes>;

// Applies function(d, v) to all elements; the tail goes through a buffer, so every element takes
// the same path.
template <class Function>
HWY_INLINE void transform(float *x, size_t n, Function function)
{
    const Lanes d;
    const size_t lanes = hn::Lanes(d);
    size_t i = 0;
    for (; i + lanes <= n; i += lanes)
        hn::StoreU(function(d, hn::LoadU(d, x + i)), d, x + i);
    if (i == n)
        return;
    HWY_ALIGN float tail[HWY_MAX_BYTES / sizeof(float)] = {};
    for (size_t j = i; j < n; j++)
        tail[j - i] = x[j];
    hn::Store(function(d, hn::Load(d, tail)), d, tail);
    for (size_t j = i; j < n; j++)
        x[j] = tail[j - i];
}

template <size_t kTerms>
HWY_INLINE Vector polynomial(Lanes d, Vector x, const float (&coefficients)[kTerms])
{
    Vector sum = hn::Set(d, coefficients[kTerms - 1]);
    for (size_t i = kTerms - 1; i-- > 0;)
        sum = hn::MulAdd(sum, x, hn::Set(d, coefficients[i]));
    return sum;
}

// erf in single precision, absolute error below 1.4e-7: 1 - exp(-x Q(x)) up to 4, beyond it is 1 to
// the last bit. Q was fitted to -log(erfc(x)) / x by least squares at Chebyshev nodes, weighted by
// erfc.
HWY_INLINE Vector erf(Lanes d, Vector x)
{
    static constexpr float kQ[] = {1.128380298614502f,       0.636597752571106f,
                                   0.10291961580514908f,     -0.019583964720368385f,
                                   0.0005369372083805501f,   0.0010323997121304274f,
                                   -0.00030880176927894354f, 3.1440136808669195e-05f};
    const Vector a = hn::Min(hn::Abs(x), hn::Set(d, 4.0f));
    const Vector rest = hn::Exp(d, hn::Neg(hn::Mul(a, polynomial(d, a, kQ))));
    return hn::CopySign(hn::Sub(hn::Set(d, 1.0f), rest), x);
}

HWY_INLINE Vector sigmoid_of(Lanes d, Vector x)
{
    const Vector one = hn::Set(d, 1.0f);
    return hn::Div(one, hn::Add(one, hn::Exp(d, hn::Neg(x))));
}

void gelu(float *x, size_t n)
{
    transform(x, n, [](Lanes d, Vector v) {
        const Vector half = hn::Mul(v, hn::Set(d, 0.5f));
        return hn::MulAdd(half, erf(d, hn::Mul(v, hn::Set(d, 0.70710678118654752f))), half);
    });
}

void gelu_tanh(float *x, size_t n)
{
    transform(x, n, [](Lanes d, Vector v) {
        const Vector cube = hn::Mul(v, hn::Mul(v, v));
        const Vector inner = hn::MulAdd(hn::Set(d, 0.044715f), cube, v);
        const Vector half = hn::Mul(v, hn::Set(d, 0.5f));
        // sqrt(2 / pi)
        return hn::MulAdd(half, hn::Tanh(d, hn::Mul(inner, hn::Set(d, 0.7978845608028654f))), half);
    });
}

void quick_gelu(float *x, size_t n)
{
    transform(x, n, [](Lanes d, Vector v) {
        return hn::Mul(v, sigmoid_of(d, hn::Mul(v, hn::Set(d, 1.702f))));
    });
}

void silu(float *x, size_t n)
{
    transform(x, n, [](Lanes d, Vector v) { return hn::Mul(v, sigmoid_of(d, v)); });
}

void relu(float *x, size_t n)
{
    transform(x, n, [](Lanes d, Vector v) { return hn::Max(v, hn::Zero(d)); });
}

void tanh(float *x, size_t n)
{
    transform(x, n, [](Lanes d, Vector v) { return hn::Tanh(d, v); });
}

void sigmoid(float *x, size_t n)
{
    transform(x, n, [](Lanes d, Vector v) { return sigmoid_of(d, v); });
}

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sbert::kernels {

HWY_EXPORT(gelu);
HWY_EXPORT(gelu_tanh);
HWY_EXPORT(quick_gelu);
HWY_EXPORT(silu);
HWY_EXPORT(relu);
HWY_EXPORT(tanh);
HWY_EXPORT(sigmoid);

void gelu(float *x, size_t n) noexcept { HWY_DYNAMIC_DISPATCH(gelu)(x, n); }
void gelu_tanh(float *x, size_t n) noexcept { HWY_DYNAMIC_DISPATCH(gelu_tanh)(x, n); }
void quick_gelu(float *x, size_t n) noexcept { HWY_DYNAMIC_DISPATCH(quick_gelu)(x, n); }
void silu(float *x, size_t n) noexcept { HWY_DYNAMIC_DISPATCH(silu)(x, n); }
void relu(float *x, size_t n) noexcept { HWY_DYNAMIC_DISPATCH(relu)(x, n); }
void tanh(float *x, size_t n) noexcept { HWY_DYNAMIC_DISPATCH(tanh)(x, n); }
void sigmoid(float *x, size_t n) noexcept { HWY_DYNAMIC_DISPATCH(sigmoid)(x, n); }

} // namespace sbert::kernels
#endif
