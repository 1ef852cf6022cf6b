// Products in bfloat16: chooses the instructions, and has the portable version with Highway.
#include "encoder/kernels/linear_bf16.h"

#include <bit>

#include "encoder/kernels/cpu.h"
#include "encoder/kernels/linear_narrow.h"

// Scalable vectors cannot be held in arrays, which the register tile needs. On x86 CMakeLists.txt
// defines the disabled targets.
#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#endif
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/linear_bf16.cpp"
#include <hwy/foreach_target.h>

#include "encoder/kernels/float_tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {
namespace {

using Words = hn::RebindToUnsigned<Floats>;

// A word of a panel is a pair (k, k + 1) of one column. Weights are widened when they are loaded,
// and activations stay f32. As in linear(), each element is one chain of multiply-adds over k that
// begins with the bias.
struct Bf16Tile {
    using Weight = uint32_t;
    static size_t panel_rows(size_t K) { return (K + 1) / 2; }
    template <size_t kRows>
    static HWY_NOINLINE void multiply(const TileArguments<uint32_t> &t);
};

// The weights of even k are the lower halves, shifted up.
HWY_INLINE void widen_even(const uint32_t *words, Vector (&w)[kAcross])
{
    const Words d;
    for (size_t v = 0; v < kAcross; v++)
        w[v] = hn::BitCast(Floats(), hn::ShiftLeft<16>(hn::LoadU(d, words + v * hn::Lanes(d))));
}

// The weights of odd k are the upper halves.
HWY_INLINE void widen_odd(const uint32_t *words, Vector (&w)[kAcross])
{
    const Words d;
    const auto mask = hn::Set(d, 0xFFFF0000u);
    for (size_t v = 0; v < kAcross; v++)
        w[v] = hn::BitCast(Floats(), hn::And(hn::LoadU(d, words + v * hn::Lanes(d)), mask));
}

template <size_t kRows>
HWY_NOINLINE void Bf16Tile::multiply(const TileArguments<uint32_t> &t)
{
    Vector sums[kRows][kAcross], w[kAcross];
    start_sums<kRows>(t.bias, sums);
    const XRows<kRows> rows(t);
    const uint32_t *words = t.panel;
    size_t k = 0;
    for (; k + 2 <= t.K; k += 2, words += kPanelWidth) {
        prefetch_row(words);
        widen_even(words, w);
        add_products<kRows>(rows, k, w, sums);
        widen_odd(words, w);
        add_products<kRows>(rows, k + 1, w, sums);
    }
    if (k < t.K) {
        widen_even(words, w);
        add_products<kRows>(rows, k, w, sums);
    }
    for (size_t i = 0; i < kRows; i++)
        store_row(t, i, sums[i]);
}

} // namespace

void linear_bf16_portable(const WideBf16Product &p)
{
    multiply_all<Bf16Tile>(p, reinterpret_cast<const uint32_t *>(p.panels));
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
                 const float *bias, size_t N, float *y, size_t ldy, void *scratch,
                 const Epilogue &epilogue) noexcept
{
#if defined(__x86_64__)
    const Isa best = isa();
    if (best != Isa::kPortable) {
        auto *rounded = static_cast<Bf16 *>(scratch);
        avx512::round_rows(x, ldx, rows, K, rounded);
        const Bf16Product product = {rounded, stride_bf16(K), rows, K, panels, bias, N, y,
                                     ldy,     epilogue};
        if (best == Isa::kAmx && K % 32 == 0)
            return amx::linear_bf16(product);
        return avx512::linear_bf16(product);
    }
#endif
    (void)scratch;
    HWY_DYNAMIC_DISPATCH(linear_bf16_portable)
    ({x, ldx, rows, K, panels, bias, N, y, ldy, epilogue});
}

} // namespace sbert::kernels
#endif
