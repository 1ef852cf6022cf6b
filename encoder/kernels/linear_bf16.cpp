// Products in bfloat16: the choice of instructions, and the portable version by Highway.
#include "encoder/kernels/linear_bf16.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "encoder/kernels/cpu.h"
#include "encoder/kernels/linear_narrow.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/linear_bf16.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Words = hn::CappedTag<uint32_t, kPanelWidth>;
using Floats = hn::RebindToFloat<Words>;

// A few rows by one vector of columns. Weights are widened, activations stay f32. A lane holds a
// pair (k, k + 1) of one column: the lower half shifted up and the upper half as it is are both
// numbers.
template <size_t kRows>
HWY_INLINE void multiply_rows(const float *x, size_t ldx, size_t K, const uint8_t *words,
                              float (&out)[kPanelWidth * 4])
{
    const Words du;
    const Floats df;
    hn::Vec<Floats> sums[kRows];
    for (size_t i = 0; i < kRows; i++)
        sums[i] = hn::Zero(df);
    for (size_t k = 0; k < K; k += 2, words += 4 * kPanelWidth) {
        const auto w = hn::LoadU(du, reinterpret_cast<const uint32_t *>(words));
        const auto even = hn::BitCast(df, hn::ShiftLeft<16>(w));
        const auto odd = hn::BitCast(df, hn::And(w, hn::Set(du, 0xFFFF0000u)));
        for (size_t i = 0; i < kRows; i++) {
            const float *row = x + i * ldx + k;
            sums[i] = hn::MulAdd(hn::Set(df, row[0]), even, sums[i]);
            sums[i] = hn::MulAdd(hn::Set(df, k + 1 < K ? row[1] : 0.0f), odd, sums[i]);
        }
    }
    for (size_t i = 0; i < kRows; i++)
        hn::Store(sums[i], df, out + i * kPanelWidth);
}

void linear_bf16_portable(const float *x, size_t ldx, size_t rows, size_t K, const Bf16 *panels,
                          const float *bias, size_t N, float *y, size_t ldy)
{
    const size_t lanes = hn::Lanes(Words()), pairs = (K + 1) / 2;
    for (size_t n = 0; n < N; n += lanes) {
        const auto *words = reinterpret_cast<const uint8_t *>(
            panels + n / kPanelWidth * pairs * 2 * kPanelWidth + n % kPanelWidth * 2);
        for (size_t first = 0; first < rows; first += 4) {
            const size_t count = std::min<size_t>(4, rows - first);
            HWY_ALIGN float sums[kPanelWidth * 4];
            if (count == 4) {
                multiply_rows<4>(x + first * ldx, ldx, K, words, sums);
            } else {
                for (size_t i = 0; i < count; i++) {
                    HWY_ALIGN float one[kPanelWidth * 4];
                    multiply_rows<1>(x + (first + i) * ldx, ldx, K, words, one);
                    std::memcpy(sums + i * kPanelWidth, one, lanes * sizeof(float));
                }
            }
            for (size_t i = 0; i < count; i++)
                for (size_t j = 0; j < lanes && n + j < N; j++)
                    y[(first + i) * ldy + n + j] =
                        sums[i * kPanelWidth + j] + (bias != nullptr ? bias[n + j] : 0.0f);
        }
    }
}

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sbert::kernels {

HWY_EXPORT(linear_bf16_portable);

Bf16 to_bf16(float value) noexcept
{
    const auto bits = std::bit_cast<uint32_t>(value);
    return static_cast<Bf16>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

float from_bf16(Bf16 value) noexcept { return std::bit_cast<float>(uint32_t{value} << 16); }

void linear_bf16(const float *x, size_t ldx, size_t rows, size_t K, const Bf16 *panels,
                 const float *bias, size_t N, float *y, size_t ldy, void *scratch) noexcept
{
#if defined(__x86_64__)
    const Isa best = isa();
    if (best != Isa::kPortable) {
        auto *rounded = static_cast<Bf16 *>(scratch);
        avx512::round_rows(x, ldx, rows, K, rounded);
        const Bf16Product product = {rounded, rows, K, panels, bias, N, y, ldy};
        if (best == Isa::kAmx && K % 32 == 0)
            return amx::linear_bf16(product);
        return avx512::linear_bf16(product);
    }
#endif
    (void)scratch;
    HWY_DYNAMIC_DISPATCH(linear_bf16_portable)(x, ldx, rows, K, panels, bias, N, y, ldy);
}

} // namespace sbert::kernels
#endif
