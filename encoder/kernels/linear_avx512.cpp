// The narrow products with AVX-512, VNNI and BF16, in register tiles of up to 14 rows by a panel of
// 32 columns.
//
// Every function has its instruction set as an attribute. The file includes no header with inline
// functions, because the linker might use their AVX-512 version for the whole program.
#include "encoder/kernels/linear_narrow.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Tests that emulate the instructions define this as empty.
#ifndef SBERT_AVX512
#define SBERT_AVX512                                                                               \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx512bf16")))
#endif

namespace sbert::kernels::avx512 {

namespace {

constexpr size_t kTileRows = 14;
constexpr size_t kLanes = 16;

SBERT_AVX512 inline __m512i load_pattern(const void *p)
{
    int pattern;
    __builtin_memcpy(&pattern, p, sizeof(pattern));
    return _mm512_set1_epi32(pattern);
}

SBERT_AVX512 inline __mmask16 columns_mask(size_t left)
{
    return left >= kLanes ? 0xFFFF : static_cast<__mmask16>((1u << left) - 1);
}

// Stores 16 columns of a row, or adds them if the epilogue says so.
SBERT_AVX512 inline void store(const Epilogue &epilogue, float *y, __mmask16 mask, __m512 value)
{
    if (epilogue.add)
        value = _mm512_add_ps(_mm512_maskz_loadu_ps(mask, y), value);
    _mm512_mask_storeu_ps(y, mask, value);
}

// Activates finished rows of one panel. y has `left` columns from the panel on.
inline void activate(const Epilogue &epilogue, float *y, size_t ldy, size_t rows, size_t left)
{
    if (epilogue.activate != nullptr)
        epilogue.activate(y, ldy, rows, left < kPanelWidth ? left : kPanelWidth);
}

struct Int8Tile {
    const uint8_t *q; // first row
    size_t stride;
    size_t groups; // number of groups of 4 k
    const int8_t *panel;
};

// sums[2 i + v] holds the integers of row i and columns 16 v ... 16 v + 15.
template <size_t kRows>
SBERT_AVX512 __attribute__((noinline)) void sum_tile(const Int8Tile &t, __m512i *sums)
{
    __m512i acc[kRows][2];
#pragma GCC unroll 14
    for (size_t i = 0; i < kRows; i++)
        acc[i][0] = acc[i][1] = _mm512_setzero_si512();
    for (size_t g = 0; g < t.groups; g++) {
        const __m512i w0 = _mm512_loadu_si512(t.panel + g * 128);
        const __m512i w1 = _mm512_loadu_si512(t.panel + g * 128 + 64);
        _mm_prefetch(reinterpret_cast<const char *>(t.panel + g * 128 + 2048), _MM_HINT_T0);
        _mm_prefetch(reinterpret_cast<const char *>(t.panel + g * 128 + 2112), _MM_HINT_T0);
#pragma GCC unroll 14
        for (size_t i = 0; i < kRows; i++) {
            const __m512i x = load_pattern(t.q + i * t.stride + g * 4);
            acc[i][0] = _mm512_dpbusd_epi32(acc[i][0], x, w0);
            acc[i][1] = _mm512_dpbusd_epi32(acc[i][1], x, w1);
        }
    }
#pragma GCC unroll 14
    for (size_t i = 0; i < kRows; i++) {
        sums[2 * i] = acc[i][0];
        sums[2 * i + 1] = acc[i][1];
    }
}

struct Bf16Tile {
    const Bf16 *x;
    size_t stride;
    size_t pairs;
    const Bf16 *panel;
};

template <size_t kRows>
SBERT_AVX512 __attribute__((noinline)) void sum_tile(const Bf16Tile &t, __m512 *sums)
{
    __m512 acc[kRows][2];
#pragma GCC unroll 14
    for (size_t i = 0; i < kRows; i++)
        acc[i][0] = acc[i][1] = _mm512_setzero_ps();
    for (size_t p = 0; p < t.pairs; p++) {
        const char *w = reinterpret_cast<const char *>(t.panel) + p * 128;
        const __m512bh w0 = (__m512bh)_mm512_loadu_si512(w);
        const __m512bh w1 = (__m512bh)_mm512_loadu_si512(w + 64);
        _mm_prefetch(w + 2048, _MM_HINT_T0);
        _mm_prefetch(w + 2112, _MM_HINT_T0);
#pragma GCC unroll 14
        for (size_t i = 0; i < kRows; i++) {
            const __m512bh x = (__m512bh)load_pattern(t.x + i * t.stride + p * 2);
            acc[i][0] = _mm512_dpbf16_ps(acc[i][0], x, w0);
            acc[i][1] = _mm512_dpbf16_ps(acc[i][1], x, w1);
        }
    }
#pragma GCC unroll 14
    for (size_t i = 0; i < kRows; i++) {
        sums[2 * i] = acc[i][0];
        sums[2 * i + 1] = acc[i][1];
    }
}

// Calls the version for this number of rows.
template <size_t kRows = kTileRows, class Tile, class Sum>
SBERT_AVX512 inline void tile_of(size_t rows, const Tile &t, Sum *sums)
{
    if constexpr (kRows == 1) {
        sum_tile<1>(t, sums);
    } else {
        if (rows == kRows)
            sum_tile<kRows>(t, sums);
        else
            tile_of<kRows - 1>(rows, t, sums);
    }
}

} // namespace

SBERT_AVX512 void round_rows(const float *x, size_t ldx, size_t rows, size_t K, Bf16 *out) noexcept
{
    for (size_t i = 0; i < rows; i++, x += ldx, out += stride_bf16(K)) {
        for (size_t k = 0; k < stride_bf16(K); k += kLanes) {
            const __mmask16 mask = k < K ? columns_mask(K - k) : 0;
            const __m256bh rounded = _mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, x + k));
            _mm256_storeu_si256(reinterpret_cast<__m256i *>(out + k), (__m256i)rounded);
        }
    }
}

SBERT_AVX512 void linear_bf16(const Bf16Product &t) noexcept
{
    const size_t pairs = (t.K + 1) / 2;
    const size_t blocks = (t.rows + kTileRows - 1) / kTileRows;
    for (size_t p = 0; p < panel_count(t.N); p++) {
        const Bf16 *panel = t.panels + p * pairs * 2 * kPanelWidth;
        for (size_t block = 0; block < blocks; block++) {
            const size_t from = t.rows * block / blocks, to = t.rows * (block + 1) / blocks;
            __m512 sums[2 * kTileRows];
            tile_of(to - from, Bf16Tile{t.x + from * t.ldx, t.ldx, pairs, panel}, sums);
            for (size_t v = 0; v < 2; v++) {
                const size_t column = p * kPanelWidth + v * kLanes;
                if (column >= t.N)
                    break;
                const __mmask16 mask = columns_mask(t.N - column);
                const __m512 bias = t.bias != nullptr ? _mm512_maskz_loadu_ps(mask, t.bias + column)
                                                      : _mm512_setzero_ps();
                for (size_t i = from; i < to; i++)
                    store(t.epilogue, t.y + i * t.ldy + column, mask,
                          _mm512_add_ps(sums[2 * (i - from) + v], bias));
            }
            activate(t.epilogue, t.y + from * t.ldy + p * kPanelWidth, t.ldy, to - from,
                     t.N - p * kPanelWidth);
        }
    }
}

SBERT_AVX512 void linear_int8(const QuantizedRows &x, size_t rows, const Int8Weights &w, float *y,
                              size_t ldy, const Epilogue &epilogue) noexcept
{
    const size_t stride = quantized_stride(w.K), groups = padded_int8(w.K) / 4;
    const size_t blocks = (rows + kTileRows - 1) / kTileRows;
    for (size_t p = 0; p < panel_count(w.N); p++) {
        const int8_t *panel = w.panels + p * groups * 4 * kPanelWidth;
        for (size_t block = 0; block < blocks; block++) {
            const size_t from = rows * block / blocks, to = rows * (block + 1) / blocks;
            __m512i sums[2 * kTileRows];
            tile_of(to - from, Int8Tile{x.q + from * stride, stride, groups, panel}, sums);
            for (size_t v = 0; v < 2; v++) {
                const size_t column = p * kPanelWidth + v * kLanes;
                if (column >= w.N)
                    break;
                const __mmask16 mask = columns_mask(w.N - column);
                const __m512 scale = _mm512_maskz_loadu_ps(mask, w.weight_scale + column);
                const __m512i sum =
                    _mm512_cvtps_epi32(_mm512_maskz_loadu_ps(mask, w.weight_sum + column));
                const __m512 bias = w.bias != nullptr ? _mm512_maskz_loadu_ps(mask, w.bias + column)
                                                      : _mm512_setzero_ps();
                for (size_t i = from; i < to; i++) {
                    const __m512i exact =
                        _mm512_sub_epi32(sums[2 * (i - from) + v],
                                         _mm512_mullo_epi32(_mm512_set1_epi32(x.zero[i]), sum));
                    const __m512 factor = _mm512_mul_ps(_mm512_set1_ps(x.scale[i]), scale);
                    store(epilogue, y + i * ldy + column, mask,
                          _mm512_fmadd_ps(_mm512_cvtepi32_ps(exact), factor, bias));
                }
            }
            activate(epilogue, y + from * ldy + p * kPanelWidth, ldy, to - from,
                     w.N - p * kPanelWidth);
        }
    }
}

} // namespace sbert::kernels::avx512
#endif
