// Products in 8 bits: chooses the instructions, and has the portable version and the rounding of
// rows with Highway.
#include "encoder/kernels/linear_int8.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <hwy/cache_control.h>

#include "encoder/kernels/cpu.h"
#include "encoder/kernels/linear_narrow.h"

// Scalable vectors cannot be held in arrays, which the register tile needs. On x86 CMakeLists.txt
// defines the disabled targets.
#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#endif
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/linear_int8.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;

// Rounds one row. The range is widened to include 0, so that 0 has a code and padding adds nothing.
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
        // DemoteTo saturates at 0 and 255.
        hn::StoreU(hn::DemoteTo(db, code), db, q + k);
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

// The namespace is unnamed, because the other products have tiles of the same names.
namespace {

// A vector has at most half a panel, so that a panel is a whole number of slices of two vectors.
using Ints = hn::CappedTag<int32_t, kPanelWidth / 2>;
using Vector = hn::Vec<Ints>;

// Register tiles are those of linear.cpp, with room for two vectors of weights per column and two
// products.
constexpr size_t kRegisters = HWY_TARGET <= HWY_AVX3 || HWY_TARGET == HWY_NEON ? 32 : 16;
constexpr size_t kAcross = HWY_TARGET == HWY_NEON ? 4 : 2;
constexpr size_t kTileRows = (kRegisters - 2 * kAcross - 3) / kAcross;
constexpr size_t kSlice = kAcross * hn::MaxLanes(Ints());
constexpr size_t kPrefetchAhead = 4096; // bytes

// The number of groups of four k that are taken at once. Their pairs stay in the first-level cache.
constexpr size_t kChunk = 256;

// A block of rows in 16 bits. The group (q0, q1, q2, q3) is stored as the pairs (q0, q2) and
// (q1, q3). The distance of rows is not a power of two, so that they do not compete
// for the same sets of the cache.
struct Pairs {
    alignas(64) uint32_t even[kTileRows][kChunk + 16];
    alignas(64) uint32_t odd[kTileRows][kChunk + 16];
};

HWY_INLINE void widen_rows(const uint8_t *q, size_t stride, size_t rows, size_t groups,
                           Pairs &pairs)
{
    const hn::RebindToUnsigned<Ints> d;
    const auto mask = hn::Set(d, 0x00FF00FFu);
    // Quantized rows are padded to 64 bytes, so whole vectors can be read.
    for (size_t i = 0; i < rows; i++, q += stride) {
        for (size_t g = 0; g < groups; g += hn::Lanes(d)) {
            const auto v = hn::LoadU(d, reinterpret_cast<const uint32_t *>(q) + g);
            hn::StoreU(hn::And(v, mask), d, pairs.even[i] + g);
            hn::StoreU(hn::And(hn::ShiftRight<8>(v), mask), d, pairs.odd[i] + g);
        }
    }
}

// A lane of the panel holds four k of one column. It is split into the 16-bit pairs (w0, w2) and
// (w1, w3). add_pairs() adds the two products of such pairs to a sum, exactly in 32 bits. Without
// an instruction that adds neighbours, a pair is split again.
#if HWY_ARCH_X86 && HWY_TARGET != HWY_EMU128 && HWY_TARGET != HWY_SCALAR
using Shorts = hn::RepartitionToNarrow<Ints>;

HWY_INLINE Vector even_pairs(Vector w)
{
    const Shorts d;
    return hn::BitCast(Ints(), hn::ShiftRight<8>(hn::ShiftLeft<8>(hn::BitCast(d, w))));
}
HWY_INLINE Vector odd_pairs(Vector w)
{
    return hn::BitCast(Ints(), hn::ShiftRight<8>(hn::BitCast(Shorts(), w)));
}
HWY_INLINE Vector add_pairs(Vector x, Vector w, Vector sum)
{
    const Shorts d;
    Vector unused = hn::Zero(Ints());
    return hn::ReorderWidenMulAccumulate(Ints(), hn::BitCast(d, x), hn::BitCast(d, w), sum, unused);
}
#else
HWY_INLINE Vector lower_half(Vector v) { return hn::ShiftRight<16>(hn::ShiftLeft<16>(v)); }

HWY_INLINE Vector join(Vector lower, Vector upper)
{
    return hn::Or(hn::And(lower, hn::Set(Ints(), 0xFFFF)), hn::ShiftLeft<16>(upper));
}
HWY_INLINE Vector even_pairs(Vector w)
{
    return join(hn::ShiftRight<24>(hn::ShiftLeft<24>(w)), hn::ShiftRight<24>(hn::ShiftLeft<8>(w)));
}
HWY_INLINE Vector odd_pairs(Vector w)
{
    return join(hn::ShiftRight<24>(hn::ShiftLeft<16>(w)), hn::ShiftRight<24>(w));
}
HWY_INLINE Vector add_pairs(Vector x, Vector w, Vector sum)
{
    sum = hn::Add(sum, hn::Mul(lower_half(x), lower_half(w)));
    return hn::Add(sum, hn::Mul(hn::ShiftRight<16>(x), hn::ShiftRight<16>(w)));
}
#endif

// Adds the products of kRows rows with a slice of a panel to `sums`, whose rows are kPanelWidth
// apart.
template <size_t kRows>
HWY_NOINLINE void multiply_tile(const Pairs &pairs, size_t groups, const int8_t *slice,
                                int32_t *sums)
{
    const Ints d;
    const size_t lanes = hn::Lanes(d);
    Vector acc[kRows][kAcross];
    for (size_t i = 0; i < kRows; i++)
        for (size_t v = 0; v < kAcross; v++)
            acc[i][v] = hn::LoadU(d, sums + i * kPanelWidth + v * lanes);
    for (size_t g = 0; g < groups; g++, slice += 4 * kPanelWidth) {
        for (size_t line = 0; line < 4 * kSlice; line += 64)
            hwy::Prefetch(slice + kPrefetchAhead + line);
        Vector even[kAcross], odd[kAcross];
        for (size_t v = 0; v < kAcross; v++) {
            const auto w = hn::LoadU(d, reinterpret_cast<const int32_t *>(slice) + v * lanes);
            even[v] = even_pairs(w);
            odd[v] = odd_pairs(w);
        }
        for (size_t i = 0; i < kRows; i++) {
            const Vector x = hn::Set(d, static_cast<int32_t>(pairs.even[i][g]));
            const Vector z = hn::Set(d, static_cast<int32_t>(pairs.odd[i][g]));
            for (size_t v = 0; v < kAcross; v++)
                acc[i][v] = add_pairs(z, odd[v], add_pairs(x, even[v], acc[i][v]));
        }
    }
    for (size_t i = 0; i < kRows; i++)
        for (size_t v = 0; v < kAcross; v++)
            hn::StoreU(acc[i][v], d, sums + i * kPanelWidth + v * lanes);
}

// Calls the tile of `rows` rows, 1 <= rows <= kTileRows.
template <size_t kRows = kTileRows>
HWY_INLINE void multiply_rows(size_t rows, const Pairs &pairs, size_t groups, const int8_t *slice,
                              int32_t *sums)
{
    if constexpr (kRows == 1) {
        multiply_tile<1>(pairs, groups, slice, sums);
    } else {
        if (rows == kRows)
            multiply_tile<kRows>(pairs, groups, slice, sums);
        else
            multiply_rows<kRows - 1>(rows, pairs, groups, slice, sums);
    }
}

// The factors that scale a panel's integers back, with zeros in columns beyond the last.
struct Scaling {
    alignas(64) float scale[kPanelWidth] = {};
    alignas(64) float bias[kPanelWidth] = {};
    alignas(64) int32_t sum[kPanelWidth] = {};
    size_t columns;

    Scaling(const Int8Weights &w, size_t column) : columns(std::min(kPanelWidth, w.N - column))
    {
        std::memcpy(scale, w.weight_scale + column, columns * sizeof(float));
        if (w.bias != nullptr)
            std::memcpy(bias, w.bias + column, columns * sizeof(float));
        for (size_t j = 0; j < columns; j++)
            sum[j] = static_cast<int32_t>(w.weight_sum[column + j]);
    }
};

// Scales the integers of one row of a panel back into y.
HWY_INLINE void finish_row(const int32_t *sums, int32_t zero, float scale, const Scaling &s,
                           bool add, float *y)
{
    const Ints d;
    const hn::RebindToFloat<Ints> df;
    HWY_ALIGN float last[kPanelWidth];
    float *row = s.columns == kPanelWidth ? y : last;
    if (add && row != y)
        std::memcpy(row, y, s.columns * sizeof(float));
    for (size_t j = 0; j < kPanelWidth; j += hn::Lanes(d)) {
        const Vector offset = hn::Mul(hn::Set(d, zero), hn::Load(d, s.sum + j));
        const Vector exact = hn::Sub(hn::Load(d, sums + j), offset);
        const auto factor = hn::Mul(hn::Set(df, scale), hn::Load(df, s.scale + j));
        auto v = hn::MulAdd(hn::ConvertTo(df, exact), factor, hn::Load(df, s.bias + j));
        if (add)
            v = hn::Add(hn::LoadU(df, row + j), v);
        hn::StoreU(v, df, row + j);
    }
    if (row != y)
        std::memcpy(y, row, s.columns * sizeof(float));
}

// Computes the integers of at most kTileRows rows by one panel.
HWY_INLINE void multiply_block(const uint8_t *q, size_t stride, size_t rows, size_t groups,
                               const int8_t *panel, int32_t *sums)
{
    Pairs pairs;
    std::memset(sums, 0, rows * kPanelWidth * sizeof(int32_t));
    for (size_t g = 0; g < groups; g += kChunk) {
        const size_t count = std::min(kChunk, groups - g);
        widen_rows(q + g * 4, stride, rows, count, pairs);
        for (size_t j = 0; j < kPanelWidth; j += kSlice)
            multiply_rows(rows, pairs, count, panel + (g * kPanelWidth + j) * 4, sums + j);
    }
}

} // namespace

void linear_int8_portable(const QuantizedRows &x, size_t rows, const Int8Weights &w, float *y,
                          size_t ldy, const Epilogue &epilogue)
{
    const size_t stride = quantized_stride(w.K), groups = padded_int8(w.K) / 4;
    const size_t blocks = (rows + kTileRows - 1) / kTileRows;
    HWY_ALIGN int32_t sums[kTileRows * kPanelWidth];
    for (size_t n = 0; n < w.N; n += kPanelWidth) {
        const Scaling scaling(w, n);
        for (size_t block = 0; block < blocks; block++) {
            const size_t from = rows * block / blocks, to = rows * (block + 1) / blocks;
            multiply_block(x.q + from * stride, stride, to - from, groups,
                           w.panels + n * groups * 4, sums);
            for (size_t i = from; i < to; i++)
                finish_row(sums + (i - from) * kPanelWidth, x.zero[i], x.scale[i], scaling,
                           epilogue.add, y + i * ldy + n);
            if (epilogue.activate != nullptr)
                epilogue.activate(y + from * ldy + n, ldy, to - from, scaling.columns);
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
                 size_t ldy, const Epilogue &epilogue) noexcept
{
#if defined(__x86_64__)
    const Isa best = isa();
    if (best == Isa::kAmx && weights.K % 64 == 0)
        return amx::linear_int8(x, rows, weights, y, ldy, epilogue);
    if (best != Isa::kPortable)
        return avx512::linear_int8(x, rows, weights, y, ldy, epilogue);
#endif
    HWY_DYNAMIC_DISPATCH(linear_int8_portable)(x, rows, weights, y, ldy, epilogue);
}

} // namespace sbert::kernels
#endif
