// Products in 8 bits: the choice of instructions, the portable version and the rounding of rows by
// Highway.
#include "encoder/kernels/linear_int8.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "encoder/kernels/cpu.h"
#include "encoder/kernels/linear_narrow.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/linear_int8.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;

// One row: the range is widened to hold 0, so that 0 is a code and padding means nothing.
void quantize_row(const float *x, size_t K, const float *smooth, uint8_t *q, float *scale,
                  int32_t *zero)
{
    const Floats d;
    const hn::RebindToSigned<Floats> di;
    const hn::Rebind<uint8_t, Floats> db;
    const size_t lanes = hn::Lanes(d), whole = K / lanes * lanes;
    const auto at = [&](size_t k) { return smooth != nullptr ? x[k] * smooth[k] : x[k]; };
    auto low = hn::Zero(d), high = hn::Zero(d);
    for (size_t k = 0; k < whole; k += lanes) {
        auto v = hn::LoadU(d, x + k);
        if (smooth != nullptr)
            v = hn::Mul(v, hn::LoadU(d, smooth + k));
        low = hn::Min(low, v);
        high = hn::Max(high, v);
    }
    float min = hn::GetLane(hn::MinOfLanes(d, low)), max = hn::GetLane(hn::MaxOfLanes(d, high));
    for (size_t k = whole; k < K; k++) {
        min = std::min(min, at(k));
        max = std::max(max, at(k));
    }
    const float range = max - min;
    *scale = range > 0 ? range / 255.0f : 1.0f;
    const float factor = range > 0 ? 255.0f / range : 0.0f;
    *zero = static_cast<int32_t>(std::nearbyint(-min * factor));
    const auto z = hn::Set(di, *zero);
    const auto f = hn::Set(d, factor);
    for (size_t k = 0; k < whole; k += lanes) {
        auto v = hn::LoadU(d, x + k);
        if (smooth != nullptr)
            v = hn::Mul(v, hn::LoadU(d, smooth + k));
        const auto code = hn::Add(hn::NearestInt(hn::Mul(v, f)), z);
        hn::StoreU(hn::DemoteTo(db, code), db, q + k); // saturates at 0 and 255
    }
    for (size_t k = whole; k < K; k++) {
        const int32_t code = static_cast<int32_t>(std::nearbyint(at(k) * factor)) + *zero;
        q[k] = static_cast<uint8_t>(std::clamp(code, 0, 255));
    }
    std::memset(q + K, 0, quantized_stride(K) - K);
}

void quantize_rows(const float *x, size_t ldx, size_t rows, size_t K, const float *smooth,
                   const QuantizedRows &out)
{
    for (size_t i = 0; i < rows; i++)
        quantize_row(x + i * ldx, K, smooth, out.q + i * quantized_stride(K), out.scale + i,
                     out.zero + i);
}

using Ints = hn::CappedTag<int32_t, kPanelWidth>;

// A few rows by one vector of columns. A lane holds four k of one column; each is widened to 32
// bits, so nothing saturates.
template <size_t kRows>
HWY_INLINE void multiply_rows(const uint8_t *q, size_t stride, size_t groups, const int8_t *panel,
                              int32_t (&out)[kPanelWidth * 4])
{
    const Ints d;
    hn::Vec<Ints> sums[kRows];
    for (size_t i = 0; i < kRows; i++)
        sums[i] = hn::Zero(d);
    for (size_t g = 0; g < groups; g++, panel += 4 * kPanelWidth) {
        const auto b = hn::LoadU(d, reinterpret_cast<const int32_t *>(panel));
        const auto w0 = hn::ShiftRight<24>(hn::ShiftLeft<24>(b));
        const auto w1 = hn::ShiftRight<24>(hn::ShiftLeft<16>(b));
        const auto w2 = hn::ShiftRight<24>(hn::ShiftLeft<8>(b));
        const auto w3 = hn::ShiftRight<24>(b);
        for (size_t i = 0; i < kRows; i++) {
            const uint8_t *x = q + i * stride + g * 4;
            sums[i] = hn::Add(
                sums[i],
                hn::Add(hn::Add(hn::Mul(hn::Set(d, x[0]), w0), hn::Mul(hn::Set(d, x[1]), w1)),
                        hn::Add(hn::Mul(hn::Set(d, x[2]), w2), hn::Mul(hn::Set(d, x[3]), w3))));
        }
    }
    for (size_t i = 0; i < kRows; i++)
        hn::Store(sums[i], d, out + i * kPanelWidth);
}

// The integers of one row and one vector of columns, scaled back.
HWY_INLINE void finish_row(const int32_t *sums, size_t lanes, size_t n, int32_t zero, float scale,
                           const Int8Weights &w, float *y)
{
    for (size_t j = n; j < std::min(n + lanes, w.N); j++) {
        const int32_t exact = sums[j - n] - zero * static_cast<int32_t>(w.weight_sum[j]);
        y[j] = std::fma(static_cast<float>(exact), scale * w.weight_scale[j],
                        w.bias != nullptr ? w.bias[j] : 0.0f);
    }
}

void linear_int8_portable(const QuantizedRows &x, size_t rows, const Int8Weights &w, float *y,
                          size_t ldy)
{
    const size_t lanes = hn::Lanes(Ints()), groups = padded_int8(w.K) / 4;
    const size_t stride = quantized_stride(w.K);
    HWY_ALIGN int32_t sums[kPanelWidth * 4];
    for (size_t n = 0; n < w.N; n += lanes) {
        const int8_t *panel =
            w.panels + n / kPanelWidth * groups * 4 * kPanelWidth + n % kPanelWidth * 4;
        for (size_t i = 0; i < rows;) {
            const size_t count = rows - i >= 4 ? 4 : 1;
            if (count == 4)
                multiply_rows<4>(x.q + i * stride, stride, groups, panel, sums);
            else
                multiply_rows<1>(x.q + i * stride, stride, groups, panel, sums);
            for (size_t r = 0; r < count; r++, i++)
                finish_row(sums + r * kPanelWidth, lanes, n, x.zero[i], x.scale[i], w, y + i * ldy);
        }
    }
}

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sbert::kernels {

HWY_EXPORT(quantize_rows);
HWY_EXPORT(linear_int8_portable);

void quantize_rows(const float *x, size_t ldx, size_t rows, size_t K, const float *smooth,
                   const QuantizedRows &out) noexcept
{
    HWY_DYNAMIC_DISPATCH(quantize_rows)(x, ldx, rows, K, smooth, out);
}

void linear_int8(const QuantizedRows &x, size_t rows, const Int8Weights &weights, float *y,
                 size_t ldy) noexcept
{
#if defined(__x86_64__)
    const Isa best = isa();
    if (best == Isa::kAmx && weights.K % 64 == 0)
        return amx::linear_int8(x, rows, weights, y, ldy);
    if (best != Isa::kPortable)
        return avx512::linear_int8(x, rows, weights, y, ldy);
#endif
    HWY_DYNAMIC_DISPATCH(linear_int8_portable)(x, rows, weights, y, ldy);
}

} // namespace sbert::kernels
#endif
