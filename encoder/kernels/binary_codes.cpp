// Codes of one bit per dimension with Highway, compiled once for each instruction set.
#include "encoder/kernels/binary_codes.h"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/binary_codes.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// At most 8 lanes, whose signs fill a byte.
using Floats = hn::CappedTag<float, 8>;

// ---- the look-up table of a query

// The entries of segment s. Each four segments are stored in the order 0, 2, 1, 3.
HWY_INLINE uint8_t *segment_entries(uint8_t *table, size_t s)
{
    constexpr uint8_t kPlace[4] = {0, 2, 1, 3};
    return table + (s / 4 * 4 + kPlace[s % 4]) * 16;
}

// The sum of the magnitudes of a segment, which is half the range of its entries.
HWY_INLINE float segment_reach(const float *q)
{
    return std::abs(q[0]) + std::abs(q[1]) + std::abs(q[2]) + std::abs(q[3]);
}

// The 16 entries of a segment: (+-q0 +-q1 +-q2 +-q3 + reach) / step, rounded.
HWY_INLINE void segment_table(const float *q, float reach, float steps, uint8_t *entries)
{
    const hn::CappedTag<float, 4> f;
    const hn::RebindToSigned<decltype(f)> i32;
    const hn::Rebind<uint8_t, decltype(f)> u8;
    HWY_ALIGN constexpr float kBit0[4] = {-1, 1, -1, 1}, kBit1[4] = {-1, -1, 1, 1};
    for (size_t n = 0; n < 16; n += hn::Lanes(f)) {
        const auto lower =
            hn::MulAdd(hn::Load(f, kBit0 + n % 4), hn::Set(f, q[0]),
                       hn::MulAdd(hn::Load(f, kBit1 + n % 4), hn::Set(f, q[1]), hn::Set(f, reach)));
        const float upper = ((n & 4) != 0 ? q[2] : -q[2]) + ((n & 8) != 0 ? q[3] : -q[3]);
        const auto value = hn::Mul(hn::Add(lower, hn::Set(f, upper)), hn::Set(f, steps));
        // Rounding may make a sum close to zero negative.
        const auto entry = hn::Max(hn::NearestInt(value), hn::Zero(i32));
        hn::StoreU(hn::DemoteTo(u8, entry), u8, entries + n);
    }
}

// Copies four elements, with zeros past the end.
HWY_INLINE void load_segment(const float *q, size_t d, size_t s, float *segment)
{
    for (size_t j = 0; j < 4; j++)
        segment[j] = 4 * s + j < d ? q[4 * s + j] : 0.0f;
}

Lookup lookup_table(const float *q, size_t d, uint8_t *table)
{
    const size_t segments = code_segments(d);
    float segment[4];
    float widest = 0, sum = 0;
    for (size_t s = 0; 4 * s < d; s++) {
        load_segment(q, d, s, segment);
        const float reach = segment_reach(segment);
        widest = std::max(widest, reach);
        sum += reach;
    }
    // Otherwise the quotient below would overflow.
    if (!(widest > 1e-30f)) {
        std::memset(table, 0, lookup_bytes(d));
        return {0, 0};
    }
    // The range of 2 * widest has 63 steps.
    const float steps = 31.5f / widest;
    for (size_t s = 0; s < segments; s++) {
        load_segment(q, d, s, segment);
        segment_table(segment, segment_reach(segment), steps, segment_entries(table, s));
    }
    return {widest / 31.5f, -sum};
}

// This target has no instructions that work across lanes.
#if HWY_TARGET == HWY_SCALAR

void row_code(const float *x, size_t d, size_t slot, uint8_t *codes)
{
    set_row_code_reference(x, d, slot, codes);
}

void block_sums(const uint8_t *codes, size_t first, size_t segments, const uint8_t *table,
                uint32_t *totals)
{
    add_block_sums_reference(codes, first, segments, table, totals);
}

#else

// ---- codes of rows

// A byte whose bit j is set if x[j] >= 0, for 8 elements.
HWY_INLINE uint8_t sign_byte(const float *x)
{
    const Floats f;
    const auto zero = hn::Zero(f);
    // StoreMaskBits may write more bytes than it returns.
    uint8_t bits[8];
    hn::StoreMaskBits(f, hn::Ge(hn::LoadU(f, x), zero), bits);
    if (hn::MaxLanes(f) == 8)
        return bits[0];
    uint8_t upper[8];
    hn::StoreMaskBits(f, hn::Ge(hn::LoadU(f, x + 4), zero), upper);
    return static_cast<uint8_t>(bits[0] | upper[0] << 4);
}

void row_code(const float *x, size_t d, size_t slot, uint8_t *codes)
{
    const size_t pairs = code_segments(d) / 2, whole = d / 8;
    uint8_t *out = codes + slot;
    for (size_t p = 0; p < whole; p++)
        out[p * kBlockRows] = sign_byte(x + 8 * p);
    for (size_t p = whole; p < pairs; p++)
        out[p * kBlockRows] = 0;
    for (size_t i = 8 * whole; i < d; i++)
        out[whole * kBlockRows] |= static_cast<uint8_t>((x[i] >= 0 ? 1 : 0) << (i % 8));
}

// ---- sums of a block

// At most 32 lanes of bytes, which are two pairs of segments.
using Bytes = hn::CappedTag<uint8_t, 32>;
using Shorts = hn::Repartition<uint16_t, Bytes>;
using RowShorts = hn::CappedTag<uint16_t, 8>;
using HalfShorts = hn::Half<RowShorts>;
using RowWords = hn::Rebind<uint32_t, HalfShorts>;

// Sums of bytes in 16 bits. `odd` has the sums of rows 1, 3, 5 ... `all` has those of the even rows
// plus 256 times those of the odd rows, modulo 2^16. A vector of 32 bytes has each row twice.
struct Sums {
    hn::Vec<Shorts> all, odd;
};

// The number of groups of four segments, with sums of 4 * 63 each, before a sum of both halves
// could exceed 2^16.
constexpr size_t kFoursAtOnce = 256;

// Looks up a vector of codes and adds the two entries of each, which are at most 63.
HWY_INLINE hn::Vec<Bytes> look_up(const uint8_t *codes, const uint8_t *table)
{
    const Bytes u8;
    const hn::Repartition<uint16_t, Bytes> u16;
    const auto low_half = hn::Set(u8, 15);
    const auto code = hn::LoadU(u8, codes);
    const auto lower = hn::And(code, low_half);
    const auto upper =
        hn::And(hn::BitCast(u8, hn::ShiftRight<4>(hn::BitCast(u16, code))), low_half);
    // The tables of the upper halves are 32 bytes after those of the lower halves.
    return hn::Add(hn::TableLookupBytes(hn::LoadU(u8, table), lower),
                   hn::TableLookupBytes(hn::LoadU(u8, table + 32), upper));
}

HWY_INLINE void add_found(hn::Vec<Bytes> found, Sums &sums)
{
    const auto pair = hn::BitCast(Shorts(), found);
    sums.all = hn::Add(sums.all, pair);
    sums.odd = hn::Add(sums.odd, hn::ShiftRight<8>(pair));
}

#if HWY_MAX_BYTES >= 32

// Adds four segments. The next function adds eight, whose bytes are added before they are widened.
HWY_INLINE void add_four(const uint8_t *codes, const uint8_t *table, Sums &sums)
{
    add_found(look_up(codes, table), sums);
}

HWY_INLINE void add_eight(const uint8_t *codes, const uint8_t *table, Sums &sums)
{
    add_found(hn::Add(look_up(codes, table), look_up(codes + 32, table + 64)), sums);
}

#else

HWY_INLINE void add_four(const uint8_t *codes, const uint8_t *table, Sums &sums)
{
    add_found(hn::Add(look_up(codes, table), look_up(codes + 16, table + 16)), sums);
}

HWY_INLINE void add_eight(const uint8_t *codes, const uint8_t *table, Sums &sums)
{
    add_four(codes, table, sums);
    add_four(codes + 32, table + 64, sums);
}

#endif

template <class V>
HWY_INLINE hn::Vec<RowShorts> fold_halves(V v)
{
#if HWY_MAX_BYTES >= 32
    return hn::Add(hn::LowerHalf(v), hn::UpperHalf(hn::Half<Shorts>(), v));
#else
    return v;
#endif
}

HWY_INLINE void add_words(hn::Vec<HalfShorts> rows, uint32_t *totals)
{
    const RowWords u32;
    hn::StoreU(hn::Add(hn::LoadU(u32, totals), hn::PromoteTo(u32, rows)), u32, totals);
}

HWY_INLINE void add_sums(const Sums &sums, uint32_t *totals)
{
    const RowShorts u16;
    const HalfShorts half;
    const auto odd = fold_halves(sums.odd);
    const auto even = hn::Sub(fold_halves(sums.all), hn::ShiftLeft<8>(odd));
    const auto first = hn::InterleaveLower(u16, even, odd);
    const auto last = hn::InterleaveUpper(u16, even, odd);
    add_words(hn::LowerHalf(half, first), totals);
    add_words(hn::UpperHalf(half, first), totals + 4);
    add_words(hn::LowerHalf(half, last), totals + 8);
    add_words(hn::UpperHalf(half, last), totals + 12);
}

void block_sums(const uint8_t *codes, size_t first, size_t segments, const uint8_t *table,
                uint32_t *totals)
{
    const Shorts u16;
    table += first * 16;
    size_t fours = segments / 4;
    while (fours > 0) {
        const size_t count = std::min(fours, kFoursAtOnce);
        Sums sums = {hn::Zero(u16), hn::Zero(u16)};
        size_t i = 0;
        for (; i + 2 <= count; i += 2)
            add_eight(codes + i * 32, table + i * 64, sums);
        if (i < count)
            add_four(codes + i * 32, table + i * 64, sums);
        add_sums(sums, totals);
        codes += count * 32;
        table += count * 64;
        fours -= count;
    }
}

#endif

// ---- keys

float keys_of_block(const uint32_t *totals, Lookup lookup, float base, const float *add,
                    const float *mul, float *keys)
{
    const Floats f;
    // Totals are far below 2^31, so they can be taken as signed.
    const hn::RebindToSigned<Floats> i32;
    const auto scale = hn::Set(f, lookup.scale), bias = hn::Set(f, lookup.bias);
    const auto b = hn::Set(f, base);
    auto smallest = hn::Set(f, HUGE_VALF);
    for (size_t i = 0; i < kBlockRows; i += hn::Lanes(f)) {
        const auto total = hn::LoadU(i32, reinterpret_cast<const int32_t *>(totals + i));
        const auto sum = hn::MulAdd(hn::ConvertTo(f, total), scale, bias);
        const auto key = hn::MulAdd(hn::LoadU(f, mul + i), sum, hn::Add(b, hn::LoadU(f, add + i)));
        hn::StoreU(key, f, keys + i);
        smallest = hn::Min(smallest, key);
    }
    const float least = hn::GetLane(hn::MinOfLanes(f, smallest));
    // With EMU128 the minimum of infinities is FLT_MAX.
    return least < FLT_MAX ? least : *std::min_element(keys, keys + kBlockRows);
}

// ---- residuals

struct ResidualState {
    hn::Vec<Floats> norm2, absolute, signed_centroid, centroid;
};

// Adds one vector to the four sums, which are separate chains.
HWY_INLINE void add_residual(hn::Vec<Floats> x, hn::Vec<Floats> c, float *residual,
                             ResidualState &s)
{
    const Floats f;
    const auto r = hn::Sub(x, c);
    hn::StoreU(r, f, residual);
    s.norm2 = hn::MulAdd(r, r, s.norm2);
    s.absolute = hn::Add(s.absolute, hn::Abs(r));
    const auto positive = hn::Ge(r, hn::Zero(f));
    s.signed_centroid = hn::Add(s.signed_centroid, hn::IfThenElse(positive, c, hn::Neg(c)));
    s.centroid = hn::MulAdd(c, r, s.centroid);
}

ResidualSums sums_of_residual(const float *x, const float *centroid, size_t d, float *residual)
{
    const Floats f;
    const size_t lanes = hn::Lanes(f);
    const auto zero = hn::Zero(f);
    ResidualState s = {zero, zero, zero, zero};
    size_t i = 0;
    for (; i + lanes <= d; i += lanes)
        add_residual(hn::LoadU(f, x + i), hn::LoadU(f, centroid + i), residual + i, s);
    // The last elements are followed by zeros, which add nothing to any of the sums.
    if (i < d) {
        HWY_ALIGN float rest[3][8] = {};
        std::memcpy(rest[0], x + i, (d - i) * sizeof(float));
        std::memcpy(rest[1], centroid + i, (d - i) * sizeof(float));
        add_residual(hn::Load(f, rest[0]), hn::Load(f, rest[1]), rest[2], s);
        std::memcpy(residual + i, rest[2], (d - i) * sizeof(float));
    }
    const auto total = [f](hn::Vec<Floats> v) { return hn::GetLane(hn::SumOfLanes(f, v)); };
    return {total(s.norm2), total(s.absolute), total(s.signed_centroid), total(s.centroid)};
}

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sbert::kernels {

HWY_EXPORT(row_code);
HWY_EXPORT(lookup_table);
HWY_EXPORT(block_sums);
HWY_EXPORT(keys_of_block);
HWY_EXPORT(sums_of_residual);

void set_row_code(const float *x, size_t d, size_t slot, uint8_t *codes) noexcept
{
    HWY_DYNAMIC_DISPATCH(row_code)(x, d, slot, codes);
}

Lookup make_lookup(const float *q, size_t d, uint8_t *table) noexcept
{
    return HWY_DYNAMIC_DISPATCH(lookup_table)(q, d, table);
}

void add_block_sums(const uint8_t *codes, size_t first, size_t segments, const uint8_t *table,
                    uint32_t *totals) noexcept
{
    HWY_DYNAMIC_DISPATCH(block_sums)(codes, first, segments, table, totals);
}

float block_keys(const uint32_t *totals, Lookup lookup, float base, const float *add,
                 const float *mul, float *keys) noexcept
{
    return HWY_DYNAMIC_DISPATCH(keys_of_block)(totals, lookup, base, add, mul, keys);
}

ResidualSums residual_sums(const float *x, const float *centroid, size_t d,
                           float *residual) noexcept
{
    return HWY_DYNAMIC_DISPATCH(sums_of_residual)(x, centroid, d, residual);
}

} // namespace sbert::kernels
#endif
