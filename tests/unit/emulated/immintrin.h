// Stands in for the compiler's header: those instructions of AVX-512 (F, VNNI, BF16) and AMX that
// the narrow products use, in plain C++, so that their code is tested on CPUs without them.
//   Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2; AMX: volume 1,
//   chapter 18.
// Speed is nothing here. Denormal operands and results of bfloat16 products are zeros, as there.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

struct __m512 {
    float lane[16];
};
struct __m512i {
    int32_t lane[16];
};
struct __m256i {
    uint16_t lane[16];
};
using __m512bh = __m512i;
using __m256bh = __m256i;
using __mmask16 = uint16_t;

#define _MM_HINT_T0 0
#define _mm_prefetch(address, hint) static_cast<void>(address)

namespace emulated {

inline float flushed(float x) { return std::fpclassify(x) == FP_SUBNORMAL ? 0.0f : x; }

inline float widened(uint16_t bf16)
{
    const uint32_t bits = static_cast<uint32_t>(bf16) << 16;
    float x;
    std::memcpy(&x, &bits, sizeof(x));
    return flushed(x);
}

// VDPBF16PS: sum + x[1] w[1] + x[0] w[0], rounded after each step.
inline float bf16_products(float sum, const char *x, const char *w)
{
    uint16_t xs[2], ws[2];
    std::memcpy(xs, x, sizeof(xs));
    std::memcpy(ws, w, sizeof(ws));
    for (int i = 1; i >= 0; i--)
        sum = flushed(std::fma(widened(xs[i]), widened(ws[i]), flushed(sum)));
    return sum;
}

// VPDPBUSD: four unsigned bytes by four signed ones.
inline int32_t byte_products(int32_t sum, const char *x, const char *w)
{
    for (int i = 0; i < 4; i++)
        sum += static_cast<int32_t>(static_cast<uint8_t>(x[i])) * static_cast<int8_t>(w[i]);
    return sum;
}

template <class Vector, class Lane>
Vector each(Lane lane)
{
    Vector out;
    for (int i = 0; i < 16; i++)
        out.lane[i] = lane(i);
    return out;
}

template <class Vector>
const char *bytes(const Vector &v, int i)
{
    return reinterpret_cast<const char *>(&v.lane[i]);
}

struct Tiles {
    struct {
        uint8_t palette, start_row, reserved[14];
        uint16_t column_bytes[16];
        uint8_t rows[16];
    } config;
    char data[8][16][64];
};
inline Tiles tiles;

template <class Product, class Element>
void multiply_tiles(int to, int x, int w, Product product, Element)
{
    for (int m = 0; m < tiles.config.rows[to]; m++) {
        for (int k = 0; k < tiles.config.column_bytes[x] / 4; k++) {
            for (int n = 0; n < tiles.config.column_bytes[to] / 4; n++) {
                char *at = tiles.data[to][m] + 4 * n;
                Element sum;
                std::memcpy(&sum, at, 4);
                sum = product(sum, tiles.data[x][m] + 4 * k, tiles.data[w][k] + 4 * n);
                std::memcpy(at, &sum, 4);
            }
        }
    }
}

} // namespace emulated

inline __m512 _mm512_setzero_ps() { return {}; }
inline __m512i _mm512_setzero_si512() { return {}; }
inline __m512 _mm512_set1_ps(float x)
{
    return emulated::each<__m512>([&](int) { return x; });
}
inline __m512i _mm512_set1_epi32(int x)
{
    return emulated::each<__m512i>([&](int) { return x; });
}
inline __m512i _mm512_loadu_si512(const void *p)
{
    __m512i v;
    std::memcpy(&v, p, sizeof(v));
    return v;
}
inline __m512 _mm512_castsi512_ps(__m512i v)
{
    __m512 out;
    std::memcpy(&out, &v, sizeof(out));
    return out;
}
inline __m512 _mm512_maskz_loadu_ps(__mmask16 mask, const void *p)
{
    return emulated::each<__m512>(
        [&](int i) { return (mask >> i & 1) != 0 ? static_cast<const float *>(p)[i] : 0.0f; });
}
inline void _mm512_mask_storeu_ps(void *p, __mmask16 mask, __m512 v)
{
    for (int i = 0; i < 16; i++)
        if ((mask >> i & 1) != 0)
            static_cast<float *>(p)[i] = v.lane[i];
}
inline void _mm256_storeu_si256(__m256i *p, __m256i v) { std::memcpy(p, &v, sizeof(v)); }
inline __m512 _mm512_add_ps(__m512 a, __m512 b)
{
    return emulated::each<__m512>([&](int i) { return a.lane[i] + b.lane[i]; });
}
inline __m512 _mm512_mul_ps(__m512 a, __m512 b)
{
    return emulated::each<__m512>([&](int i) { return a.lane[i] * b.lane[i]; });
}
inline __m512 _mm512_fmadd_ps(__m512 a, __m512 b, __m512 c)
{
    return emulated::each<__m512>([&](int i) { return std::fma(a.lane[i], b.lane[i], c.lane[i]); });
}
inline __m512i _mm512_sub_epi32(__m512i a, __m512i b)
{
    return emulated::each<__m512i>([&](int i) { return a.lane[i] - b.lane[i]; });
}
inline __m512i _mm512_mullo_epi32(__m512i a, __m512i b)
{
    return emulated::each<__m512i>([&](int i) { return a.lane[i] * b.lane[i]; });
}
inline __m512 _mm512_cvtepi32_ps(__m512i v)
{
    return emulated::each<__m512>([&](int i) { return static_cast<float>(v.lane[i]); });
}
inline __m512i _mm512_cvtps_epi32(__m512 v)
{
    return emulated::each<__m512i>(
        [&](int i) { return static_cast<int32_t>(std::nearbyint(v.lane[i])); });
}
// To nearest even. Not for NaN.
inline __m256bh _mm512_cvtneps_pbh(__m512 v)
{
    return emulated::each<__m256bh>([&](int i) {
        const float x = emulated::flushed(v.lane[i]);
        uint32_t bits;
        std::memcpy(&bits, &x, sizeof(bits));
        return static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
    });
}
inline __m512i _mm512_dpbusd_epi32(__m512i sum, __m512i x, __m512i w)
{
    return emulated::each<__m512i>([&](int i) {
        return emulated::byte_products(sum.lane[i], emulated::bytes(x, i), emulated::bytes(w, i));
    });
}
inline __m512 _mm512_dpbf16_ps(__m512 sum, __m512bh x, __m512bh w)
{
    return emulated::each<__m512>([&](int i) {
        return emulated::bf16_products(sum.lane[i], emulated::bytes(x, i), emulated::bytes(w, i));
    });
}

inline void _tile_loadconfig(const void *config)
{
    std::memcpy(&emulated::tiles.config, config, sizeof(emulated::tiles.config));
    std::memset(emulated::tiles.data, 0, sizeof(emulated::tiles.data));
}
inline void _tile_release() { emulated::tiles = {}; }
inline void _tile_zero(int tile)
{
    std::memset(emulated::tiles.data[tile], 0, sizeof(emulated::tiles.data[tile]));
}
inline void _tile_loadd(int tile, const void *from, size_t stride)
{
    _tile_zero(tile);
    for (int row = 0; row < emulated::tiles.config.rows[tile]; row++)
        std::memcpy(emulated::tiles.data[tile][row], static_cast<const char *>(from) + row * stride,
                    emulated::tiles.config.column_bytes[tile]);
}
inline void _tile_stored(int tile, void *to, size_t stride)
{
    for (int row = 0; row < emulated::tiles.config.rows[tile]; row++)
        std::memcpy(static_cast<char *>(to) + row * stride, emulated::tiles.data[tile][row],
                    emulated::tiles.config.column_bytes[tile]);
}
inline void _tile_dpbusd(int to, int x, int w)
{
    emulated::multiply_tiles(to, x, w, emulated::byte_products, int32_t());
}
inline void _tile_dpbf16ps(int to, int x, int w)
{
    emulated::multiply_tiles(to, x, w, emulated::bf16_products, float());
}
