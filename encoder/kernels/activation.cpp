// The activations with Highway, compiled once for each instruction set.
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

// Applies function(d, v) to all elements. The last ones go through a buffer, so that all elements
// are computed in the same way.
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

template <class Function>
HWY_INLINE void transform_rows(float *x, size_t ld, size_t rows, size_t columns, Function function)
{
    for (size_t i = 0; i < rows; i++)
        transform(x + i * ld, columns, function);
}

template <size_t kTerms>
HWY_INLINE Vector polynomial(Lanes d, Vector x, const float (&coefficients)[kTerms])
{
    Vector sum = hn::Set(d, coefficients[kTerms - 1]);
    for (size_t i = kTerms - 1; i-- > 0;)
        sum = hn::MulAdd(sum, x, hn::Set(d, coefficients[i]));
    return sum;
}

// 2^u for -100 <= u <= 0, with a relative error of 2e-7. Adding a number that is too large for a
// fraction leaves the integer part in the lowest bits, from where it goes into the exponent. The
// rest is a minimax polynomial that is 1 at 0.
HWY_INLINE Vector exp2_of(Lanes d, Vector u)
{
    static constexpr float kTerms[] = {1.0f,          0.693146978f,   0.240222421f,
                                       0.0555073381f, 0.00967151401f, 0.00132647082f};
    const hn::RebindToSigned<Lanes> di;
    const Vector shift = hn::Set(d, 12582912.0f); // 1.5 * 2^23
    const Vector shifted = hn::Add(u, shift);
    const Vector fraction = hn::Sub(u, hn::Sub(shifted, shift));
    const auto exponent = hn::ShiftLeft<23>(hn::BitCast(di, shifted));
    const auto mantissa = hn::BitCast(di, polynomial(d, fraction, kTerms));
    return hn::BitCast(d, hn::Add(mantissa, exponent));
}

// erf in single precision, with an absolute error below 2e-7. It is 1 - exp(-x Q(x)) up to 4, and
// beyond 4 it is 1 to the last bit. Q was fitted to -log(erfc(x)) / x by least squares at Chebyshev
// nodes, weighted by erfc. The coefficients here are multiplied by -log2(e).
HWY_INLINE Vector erf(Lanes d, Vector x)
{
    static constexpr float kQ[] = {-1.62790866f,    -0.918416421f,    -0.148481619f,
                                   0.0282536888f,   -0.000774636648f, -0.00148943794f,
                                   0.000445506781f, -4.53585295e-05f};
    const Vector a = hn::Min(hn::Abs(x), hn::Set(d, 4.0f));
    const Vector rest = exp2_of(d, hn::Mul(a, polynomial(d, a, kQ)));
    return hn::CopySign(hn::Sub(hn::Set(d, 1.0f), rest), x);
}

HWY_INLINE Vector sigmoid_of(Lanes d, Vector x)
{
    const Vector one = hn::Set(d, 1.0f);
    // Exp() takes arguments up to 104. A NaN is preserved as the second argument of Min().
    const Vector u = hn::Min(hn::Set(d, 88.0f), hn::Neg(x));
    return hn::Div(one, hn::Add(one, hn::Exp(d, u)));
}

void gelu_rows(float *x, size_t ld, size_t rows, size_t columns)
{
    transform_rows(x, ld, rows, columns, [](Lanes d, Vector v) {
        const Vector half = hn::Mul(v, hn::Set(d, 0.5f));
        return hn::MulAdd(half, erf(d, hn::Mul(v, hn::Set(d, 0.70710678118654752f))), half);
    });
}

void gelu_tanh_rows(float *x, size_t ld, size_t rows, size_t columns)
{
    transform_rows(x, ld, rows, columns, [](Lanes d, Vector v) {
        const Vector cube = hn::Mul(v, hn::Mul(v, v));
        const Vector inner = hn::MulAdd(hn::Set(d, 0.044715f), cube, v);
        const Vector half = hn::Mul(v, hn::Set(d, 0.5f));
        // sqrt(2 / pi)
        return hn::MulAdd(half, hn::Tanh(d, hn::Mul(inner, hn::Set(d, 0.7978845608028654f))), half);
    });
}

void quick_gelu_rows(float *x, size_t ld, size_t rows, size_t columns)
{
    transform_rows(x, ld, rows, columns, [](Lanes d, Vector v) {
        return hn::Mul(v, sigmoid_of(d, hn::Mul(v, hn::Set(d, 1.702f))));
    });
}

void silu_rows(float *x, size_t ld, size_t rows, size_t columns)
{
    transform_rows(x, ld, rows, columns,
                   [](Lanes d, Vector v) { return hn::Mul(v, sigmoid_of(d, v)); });
}

void relu_rows(float *x, size_t ld, size_t rows, size_t columns)
{
    transform_rows(x, ld, rows, columns, [](Lanes d, Vector v) { return hn::Max(v, hn::Zero(d)); });
}

void tanh_rows(float *x, size_t ld, size_t rows, size_t columns)
{
    transform_rows(x, ld, rows, columns, [](Lanes d, Vector v) { return hn::Tanh(d, v); });
}

void sigmoid_rows(float *x, size_t ld, size_t rows, size_t columns)
{
    transform_rows(x, ld, rows, columns, [](Lanes d, Vector v) { return sigmoid_of(d, v); });
}

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sbert::kernels {

// Defines NAME_rows() of the header by the version for this CPU.
#define SBERT_ACTIVATION(name)                                                                     \
    HWY_EXPORT(name##_rows);                                                                       \
    void name##_rows(float *y, size_t ldy, size_t rows, size_t columns) noexcept                   \
    {                                                                                              \
        HWY_DYNAMIC_DISPATCH(name##_rows)(y, ldy, rows, columns);                                  \
    }

SBERT_ACTIVATION(gelu)
SBERT_ACTIVATION(gelu_tanh)
SBERT_ACTIVATION(quick_gelu)
SBERT_ACTIVATION(silu)
SBERT_ACTIVATION(relu)
SBERT_ACTIVATION(tanh)
SBERT_ACTIVATION(sigmoid)

} // namespace sbert::kernels
#endif
