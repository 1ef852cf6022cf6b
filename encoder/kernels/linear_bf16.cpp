// Products in bfloat16: the choice of instructions, and the portable version by Highway.
#include "encoder/kernels/linear_bf16.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include <hwy/cache_control.h>

#include "encoder/kernels/cpu.h"
#include "encoder/kernels/linear_narrow.h"

// Scalable vectors cannot be held in arrays, which the register tile needs.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/linear_bf16.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Unnamed, because the other products have tiles of the same names.
namespace {

// At most half a panel, so that whole slices of two vectors make a panel.
using Words = hn::CappedTag<uint32_t, kPanelWidth / 2>;
using Floats = hn::RebindToFloat<Words>;
using Vector = hn::Vec<Floats>;

// Register tiles as in linear.cpp.
constexpr size_t kRegisters = HWY_TARGET <= HWY_AVX3 || HWY_TARGET == HWY_NEON ? 32 : 16;
constexpr size_t kAcross = HWY_TARGET == HWY_NEON ? 4 : 2;
constexpr size_t kTileRows = (kRegisters - kAcross - 1) / kAcross;
constexpr size_t kSlice = kAcross * hn::MaxLanes(Floats());
constexpr size_t kPrefetchAhead = 1024; // words
constexpr size_t kChunkRows = 168;      // few enough to stay in the second-level cache

struct TileArguments {
    const float *x;
    size_t ldx;
    size_t K;
    const uint32_t *panel; // its slice; a word is a pair (k, k + 1) of one column
    const float *bias;     // (kSlice), never null
    float *y;
    size_t ldy;
    size_t columns; // of y that exist, <= kSlice
    bool add;
};

// sums += x[k] w for all rows of the tile.
template <size_t kRows>
HWY_INLINE void multiply_step(const TileArguments &t, size_t k, const Vector (&w)[kAcross],
                              Vector (&sums)[kRows][kAcross])
{
    for (size_t i = 0; i < kRows; i++) {
        const Vector x = hn::Set(Floats(), t.x[i * t.ldx + k]);
        for (size_t v = 0; v < kAcross; v++)
            sums[i][v] = hn::MulAdd(x, w[v], sums[i][v]);
    }
}

// The numbers of even k: the lower halves, shifted up.
HWY_INLINE void widen_even(const uint32_t *words, Vector (&w)[kAcross])
{
    const Words d;
    for (size_t v = 0; v < kAcross; v++)
        w[v] = hn::BitCast(Floats(), hn::ShiftLeft<16>(hn::LoadU(d, words + v * hn::Lanes(d))));
}

// Those of odd k: the upper halves as they are.
HWY_INLINE void widen_odd(const uint32_t *words, Vector (&w)[kAcross])
{
    const Words d;
    const auto mask = hn::Set(d, 0xFFFF0000u);
    for (size_t v = 0; v < kAcross; v++)
        w[v] = hn::BitCast(Floats(), hn::And(hn::LoadU(d, words + v * hn::Lanes(d)), mask));
}

// One row of a tile into y. A slice that y ends in goes through a buffer.
HWY_INLINE void store_row(const TileArguments &t, size_t i, Vector (&sums)[kAcross])
{
    const Floats d;
    const size_t lanes = hn::Lanes(d), bytes = t.columns * sizeof(float);
    HWY_ALIGN float last[kSlice];
    float *y = t.y + i * t.ldy;
    float *row = t.columns == kSlice ? y : last;
    if (t.add) {
        if (row != y)
            std::memcpy(row, y, bytes);
        for (size_t v = 0; v < kAcross; v++)
            sums[v] = hn::Add(hn::LoadU(d, row + v * lanes), sums[v]);
    }
    for (size_t v = 0; v < kAcross; v++)
        hn::StoreU(sums[v], d, row + v * lanes);
    if (row != y)
        std::memcpy(y, row, bytes);
}

// Weights are widened on the way, activations stay f32. Each element is one chain of multiply-adds
// over k that begins with the bias, as in linear().
template <size_t kRows>
HWY_NOINLINE void multiply_tile(const TileArguments &t)
{
    const Floats d;
    Vector sums[kRows][kAcross], w[kAcross];
    for (size_t v = 0; v < kAcross; v++)
        for (size_t i = 0; i < kRows; i++)
            sums[i][v] = hn::LoadU(d, t.bias + v * hn::Lanes(d));
    const uint32_t *words = t.panel;
    size_t k = 0;
    for (; k + 2 <= t.K; k += 2, words += kPanelWidth) {
        for (size_t line = 0; line < kSlice; line += 16)
            hwy::Prefetch(words + kPrefetchAhead + line);
        widen_even(words, w);
        multiply_step<kRows>(t, k, w, sums);
        widen_odd(words, w);
        multiply_step<kRows>(t, k + 1, w, sums);
    }
    if (k < t.K) {
        widen_even(words, w);
        multiply_step<kRows>(t, k, w, sums);
    }
    for (size_t i = 0; i < kRows; i++)
        store_row(t, i, sums[i]);
}

// Calls the tile of `rows` rows, 1 <= rows <= kTileRows.
template <size_t kRows = kTileRows>
HWY_INLINE void multiply_rows(size_t rows, const TileArguments &t)
{
    if constexpr (kRows == 1) {
        multiply_tile<1>(t);
    } else {
        if (rows == kRows)
            multiply_tile<kRows>(t);
        else
            multiply_rows<kRows - 1>(rows, t);
    }
}

// Rows first ... first + count - 1 by the slice that begins at `column`.
HWY_INLINE void multiply_slice(const WideBf16Product &p, size_t first, size_t count, size_t column)
{
    const size_t columns = std::min(kSlice, p.N - column);
    HWY_ALIGN float bias[kSlice] = {};
    if (p.bias != nullptr)
        std::memcpy(bias, p.bias + column, columns * sizeof(float));
    const uint32_t *panel = reinterpret_cast<const uint32_t *>(p.panels) +
                            column / kPanelWidth * ((p.K + 1) / 2) * kPanelWidth +
                            column % kPanelWidth;
    const size_t blocks = (count + kTileRows - 1) / kTileRows;
    for (size_t block = 0; block < blocks; block++) {
        const size_t from = first + count * block / blocks;
        const size_t rows = first + count * (block + 1) / blocks - from;
        float *y = p.y + from * p.ldy + column;
        multiply_rows(
            rows, {p.x + from * p.ldx, p.ldx, p.K, panel, bias, y, p.ldy, columns, p.epilogue.add});
        if (p.epilogue.activate != nullptr)
            p.epilogue.activate(y, p.ldy, rows, columns);
    }
}

} // namespace

void linear_bf16_portable(const WideBf16Product &p)
{
    for (size_t from = 0; from < p.rows; from += kChunkRows)
        for (size_t column = 0; column < p.N; column += kSlice)
            multiply_slice(p, from, std::min(kChunkRows, p.rows - from), column);
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
        const Bf16Product product = {rounded, rows, K, panels, bias, N, y, ldy, epilogue};
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
