// Codes of 4 and 8 bits with Highway, compiled once for each instruction set.
//
// Vectors are processed in chunks of 64 elements. The last chunk is copied and filled up with
// values that do not change the result. 4-bit codes are first split into bytes, chunk by chunk.
#include "encoder/kernels/scalar_codes.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/scalar_codes.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::CappedTag<float, 16>;
using Vector = hn::Vec<Floats>;
using Integers = hn::RebindToSigned<Floats>;
using Codes = hn::Rebind<uint8_t, Floats>;
// A vector of packed codes.
using Block = hn::CappedTag<uint8_t, 16>;

constexpr size_t kChunk = 64;

// The elements of a whole chunk: x itself, or a copy that is filled up.
HWY_INLINE const float *whole_chunk(const float *x, size_t count, float fill, float *copy)
{
    if (count == kChunk)
        return x;
    std::memcpy(copy, x, count * sizeof(float));
    std::fill(copy + count, copy + kChunk, fill);
    return copy;
}

// ---- encoding

struct MinMax {
    float min, max;
};

HWY_INLINE MinMax min_max(const float *x, size_t d)
{
    const Floats f;
    HWY_ALIGN float copy[kChunk];
    Vector min0 = hn::Set(f, x[0]), min1 = min0, max0 = min0, max1 = min0;
    for (size_t i = 0; i < d; i += kChunk) {
        const float *p = whole_chunk(x + i, std::min(kChunk, d - i), x[0], copy);
        for (size_t j = 0; j < kChunk; j += 2 * hn::Lanes(f)) {
            const Vector a = hn::LoadU(f, p + j), b = hn::LoadU(f, p + j + hn::Lanes(f));
            min0 = hn::Min(min0, a);
            min1 = hn::Min(min1, b);
            max0 = hn::Max(max0, a);
            max1 = hn::Max(max1, b);
        }
    }
    return {hn::GetLane(hn::MinOfLanes(f, hn::Min(min0, min1))),
            hn::GetLane(hn::MaxOfLanes(f, hn::Max(max0, max1)))};
}

struct Scale {
    Vector low, step, steps, top;
};

// Writes the codes of one vector and adds the squared differences.
HWY_INLINE void encode_vector(Vector x, const Scale &scale, uint8_t *codes, Vector &squares)
{
    const Floats f;
    const Codes u8;
    const Vector value = hn::Mul(hn::Sub(x, scale.low), scale.steps);
    const auto code = hn::NearestInt(hn::Min(value, scale.top));
    hn::StoreU(hn::DemoteTo(u8, code), u8, codes);
    const Vector decoded = hn::MulAdd(hn::ConvertTo(f, code), scale.step, scale.low);
    const Vector difference = hn::Sub(x, decoded);
    squares = hn::MulAdd(difference, difference, squares);
}

HWY_INLINE void encode_chunk(const float *x, const Scale &scale, uint8_t *codes, Vector &squares0,
                             Vector &squares1)
{
    const size_t lanes = hn::Lanes(Floats());
    for (size_t j = 0; j < kChunk; j += 2 * lanes) {
        encode_vector(hn::LoadU(Floats(), x + j), scale, codes + j, squares0);
        encode_vector(hn::LoadU(Floats(), x + j + lanes), scale, codes + j + lanes, squares1);
    }
}

HWY_INLINE void pack_halves(const uint8_t *codes, size_t bytes, uint8_t *packed)
{
    for (size_t j = 0; j < bytes; j++)
        packed[j] = static_cast<uint8_t>(codes[2 * j] | codes[2 * j + 1] << 4);
}

// sqrt(squares) plus all rounding errors of floats, rounded up.
//   largest  the largest magnitude of an element
HWY_INLINE float certain_error(float squares, size_t d, float largest)
{
    constexpr double kRounding = 1.0 / (1 << 24);
    const double n = static_cast<double>(d);
    // The first line bounds the rounding of a sum of n squares. Further errors are the product and
    // the sum of a decoded element, both here and in decode_scalar(), and squares below the
    // smallest float.
    const double sum = std::sqrt(static_cast<double>(squares)) * (1 + (n + 4) * kRounding);
    const double elements = std::sqrt(n) * (8 * kRounding * largest + 1e-22);
    return static_cast<float>((sum + elements) * (1 + 4 * kRounding));
}

// The range for low + step * code. step is 0 if it is so small that its inverse would overflow.
HWY_INLINE ScalarRange range_of(MinMax limits, float top)
{
    const float width = limits.max - limits.min;
    if (!(width > 1e-30f))
        return {limits.min, 0, 0};
    const float step = std::isfinite(width) ? width / top : limits.max / top - limits.min / top;
    return {limits.min, step, 0};
}

ScalarRange encode(const float *x, size_t d, int bits, uint8_t *codes)
{
    const Floats f;
    const MinMax limits = min_max(x, d);
    const float top = bits == 4 ? 15.0f : 255.0f;
    ScalarRange range = range_of(limits, top);
    const float steps = range.step > 0 ? 1 / range.step : 0;
    const Scale scale = {hn::Set(f, range.low), hn::Set(f, range.step), hn::Set(f, steps),
                         hn::Set(f, top)};
    HWY_ALIGN float copy[kChunk];
    HWY_ALIGN uint8_t bytes[kChunk];
    Vector squares0 = hn::Zero(f), squares1 = squares0;
    for (size_t i = 0; i < d; i += kChunk) {
        const size_t count = std::min(kChunk, d - i);
        // The chunk is filled up with `low`, which has code 0 and no error.
        const float *p = whole_chunk(x + i, count, range.low, copy);
        encode_chunk(p, scale, bytes, squares0, squares1);
        if (bits == 4)
            pack_halves(bytes, (count + 1) / 2, codes + i / 2);
        else
            std::memcpy(codes + i, bytes, count);
    }
    const float squares = hn::GetLane(hn::SumOfLanes(f, hn::Add(squares0, squares1)));
    range.error = certain_error(squares, d, std::max(std::abs(limits.min), std::abs(limits.max)));
    return range;
}

// ---- decoding

// Splits 16 bytes of 4-bit codes into 32 bytes.
#if HWY_TARGET == HWY_SCALAR
HWY_INLINE void unpack_halves(const uint8_t *packed, uint8_t *codes)
{
    for (size_t j = 0; j < 32; j++)
        codes[j] = static_cast<uint8_t>(packed[j / 2] >> (j % 2 * 4) & 15);
}
#else
HWY_INLINE void unpack_halves(const uint8_t *packed, uint8_t *codes)
{
    const Block u8;
    const hn::Repartition<uint16_t, Block> u16;
    const auto low_half = hn::Set(u8, 15);
    const auto both = hn::LoadU(u8, packed);
    const auto even = hn::And(both, low_half);
    const auto odd = hn::And(hn::BitCast(u8, hn::ShiftRight<4>(hn::BitCast(u16, both))), low_half);
    hn::Store(hn::InterleaveLower(u8, even, odd), u8, codes);
    hn::Store(hn::InterleaveUpper(u8, even, odd), u8, codes + 16);
}
#endif

// The codes of `count` elements from element i on, one per byte. If they are not stored so, they
// are written to `buffer` (kChunk).
HWY_INLINE const uint8_t *byte_codes(const uint8_t *codes, size_t i, size_t count, int bits,
                                     uint8_t *buffer)
{
    if (bits == 8 && count == kChunk)
        return codes + i;
    const uint8_t *from = codes + i * static_cast<size_t>(bits) / 8;
    if (count == kChunk) {
        unpack_halves(from, buffer);
        unpack_halves(from + 16, buffer + 32);
        return buffer;
    }
    std::memset(buffer, 0, kChunk);
    for (size_t j = 0; j < count; j++)
        buffer[j] = bits == 8 ? from[j] : static_cast<uint8_t>(from[j / 2] >> (j % 2 * 4) & 15);
    return buffer;
}

HWY_INLINE Vector load_codes(const uint8_t *codes)
{
    return hn::ConvertTo(Floats(), hn::PromoteTo(Integers(), hn::LoadU(Codes(), codes)));
}

void decode(const uint8_t *codes, ScalarRange range, size_t d, int bits, float *x)
{
    const Floats f;
    const Vector low = hn::Set(f, range.low), step = hn::Set(f, range.step);
    HWY_ALIGN uint8_t buffer[kChunk];
    HWY_ALIGN float copy[kChunk];
    for (size_t i = 0; i < d; i += kChunk) {
        const size_t count = std::min(kChunk, d - i);
        const uint8_t *p = byte_codes(codes, i, count, bits, buffer);
        float *out = count == kChunk ? x + i : copy;
        for (size_t j = 0; j < kChunk; j += hn::Lanes(f))
            hn::StoreU(hn::MulAdd(load_codes(p + j), step, low), f, out + j);
        if (count < kChunk)
            std::memcpy(x + i, copy, count * sizeof(float));
    }
}

struct ProductState {
    Vector sum0, sum1, sum2, sum3;
};

HWY_INLINE void add_products(const float *q, const uint8_t *codes, ProductState &s)
{
    const Floats f;
    const size_t lanes = hn::Lanes(f);
    HWY_UNROLL(4)
    for (size_t j = 0; j < kChunk; j += 4 * lanes) {
        const float *p = q + j;
        const uint8_t *c = codes + j;
        s.sum0 = hn::MulAdd(load_codes(c), hn::LoadU(f, p), s.sum0);
        s.sum1 = hn::MulAdd(load_codes(c + lanes), hn::LoadU(f, p + lanes), s.sum1);
        s.sum2 = hn::MulAdd(load_codes(c + 2 * lanes), hn::LoadU(f, p + 2 * lanes), s.sum2);
        s.sum3 = hn::MulAdd(load_codes(c + 3 * lanes), hn::LoadU(f, p + 3 * lanes), s.sum3);
    }
}

template <int kBits>
HWY_INLINE float product_of(const float *q, const uint8_t *codes, size_t d)
{
    const Floats f;
    const Vector zero = hn::Zero(f);
    ProductState s = {zero, zero, zero, zero};
    HWY_ALIGN uint8_t buffer[kChunk];
    size_t i = 0;
    for (; i + kChunk <= d; i += kChunk)
        add_products(q + i, byte_codes(codes, i, kChunk, kBits, buffer), s);
    if (i < d) {
        HWY_ALIGN float copy[kChunk];
        add_products(whole_chunk(q + i, d - i, 0, copy), byte_codes(codes, i, d - i, kBits, buffer),
                     s);
    }
    return hn::GetLane(
        hn::SumOfLanes(f, hn::Add(hn::Add(s.sum0, s.sum1), hn::Add(s.sum2, s.sum3))));
}

float product4(const float *q, const uint8_t *codes, size_t d)
{
    return product_of<4>(q, codes, d);
}

float product8(const float *q, const uint8_t *codes, size_t d)
{
    return product_of<8>(q, codes, d);
}

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sbert::kernels {

HWY_EXPORT(encode);
HWY_EXPORT(decode);
HWY_EXPORT(product4);
HWY_EXPORT(product8);

ScalarRange encode_scalar(const float *x, size_t d, int bits, uint8_t *codes) noexcept
{
    if (d == 0)
        return {0, 0, 0};
    return HWY_DYNAMIC_DISPATCH(encode)(x, d, bits, codes);
}

void decode_scalar(const uint8_t *codes, ScalarRange range, size_t d, int bits, float *x) noexcept
{
    HWY_DYNAMIC_DISPATCH(decode)(codes, range, d, bits, x);
}

float scalar_product(const float *q, const uint8_t *codes, size_t d, int bits) noexcept
{
    return bits == 4 ? HWY_DYNAMIC_DISPATCH(product4)(q, codes, d)
                     : HWY_DYNAMIC_DISPATCH(product8)(q, codes, d);
}

} // namespace sbert::kernels
#endif
