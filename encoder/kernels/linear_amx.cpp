// The narrow products with AMX tiles (Intel 64 and IA-32 Optimization Reference Manual, chapter
// 20).
//
// A tile is 16 rows of 64 bytes. One tile instruction adds the products of 16 rows by 64 bytes of k
// with 64 bytes of k by 16 columns. A panel of 32 columns is two tiles wide. Its rows of 128 bytes
// already have the layout of the operand. A block is 32 rows by one panel, or up to 16 rows by two
// panels. Either has four accumulators, so that their latencies overlap. The tile configuration
// states the number of rows, so the tiles hold no rows beyond the last.
#include "encoder/kernels/linear_narrow.h"

#if defined(__x86_64__)
#include <immintrin.h>

// Tests that emulate the instructions define this as empty.
#ifndef SBERT_AMX
#define SBERT_AMX                                                                                  \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,amx-tile,amx-int8,amx-bf16")))
#endif

namespace sbert::kernels::amx {

namespace {

constexpr size_t kTileRows = 16;
constexpr size_t kTileBytes = 64;
constexpr size_t kPanelRowBytes = 128;

// The layout that LDTILECFG reads.
struct TileConfig {
    uint8_t palette = 1;
    uint8_t start_row = 0;
    uint8_t reserved[14] = {};
    uint16_t column_bytes[16] = {};
    uint8_t rows[16] = {};
};
static_assert(sizeof(TileConfig) == 64);

// Tiles 0 ... 3 accumulate, tiles 4 and 5 hold rows of x, tiles 6 and 7 columns of a panel. `first`
// is the number of rows of tiles 0, 1 and 4, `second` that of tiles 2, 3 and 5.
SBERT_AMX void configure(size_t first, size_t second)
{
    TileConfig config;
    for (int tile = 0; tile < 8; tile++) {
        const bool upper = tile == 2 || tile == 3 || tile == 5;
        config.column_bytes[tile] = kTileBytes;
        config.rows[tile] = static_cast<uint8_t>(tile >= 6 ? kTileRows : upper ? second : first);
    }
    _tile_loadconfig(&config);
}

// The operands of one block: rows of x and one or two panels. Sizes are in bytes.
struct Block {
    const char *x;
    size_t stride;
    const char *panel;
    size_t panel_bytes; // from one panel to the next
    size_t steps;       // number of steps of 64 bytes of k
};

// GCC's intrinsics print tile numbers into assembler text, so they must be literals, and the two
// blocks below repeat each other.
enum class Kind { kInt8, kBf16 };

// 32 rows by one panel, in tiles 0 1 / 2 3.
template <Kind kKind>
SBERT_AMX inline void multiply_tall(const Block &b)
{
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (size_t s = 0; s < b.steps; s++) {
        const char *w = b.panel + s * kTileRows * kPanelRowBytes;
        _tile_loadd(4, b.x + s * kTileBytes, b.stride);
        _tile_loadd(6, w, kPanelRowBytes);
        _tile_loadd(7, w + kTileBytes, kPanelRowBytes);
        _tile_loadd(5, b.x + kTileRows * b.stride + s * kTileBytes, b.stride);
        if constexpr (kKind == Kind::kInt8) {
            _tile_dpbusd(0, 4, 6);
            _tile_dpbusd(1, 4, 7);
            _tile_dpbusd(2, 5, 6);
            _tile_dpbusd(3, 5, 7);
        } else {
            _tile_dpbf16ps(0, 4, 6);
            _tile_dpbf16ps(1, 4, 7);
            _tile_dpbf16ps(2, 5, 6);
            _tile_dpbf16ps(3, 5, 7);
        }
    }
}

// Up to 16 rows by two panels, in tiles 0 1 2 3 side by side.
template <Kind kKind>
SBERT_AMX inline void multiply_wide(const Block &b)
{
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
    for (size_t s = 0; s < b.steps; s++) {
        const char *w = b.panel + s * kTileRows * kPanelRowBytes;
        const char *v = w + b.panel_bytes;
        _tile_loadd(4, b.x + s * kTileBytes, b.stride);
        _tile_loadd(6, w, kPanelRowBytes);
        _tile_loadd(7, w + kTileBytes, kPanelRowBytes);
        if constexpr (kKind == Kind::kInt8) {
            _tile_dpbusd(0, 4, 6);
            _tile_dpbusd(1, 4, 7);
        } else {
            _tile_dpbf16ps(0, 4, 6);
            _tile_dpbf16ps(1, 4, 7);
        }
        _tile_loadd(6, v, kPanelRowBytes);
        _tile_loadd(7, v + kTileBytes, kPanelRowBytes);
        if constexpr (kKind == Kind::kInt8) {
            _tile_dpbusd(2, 4, 6);
            _tile_dpbusd(3, 4, 7);
        } else {
            _tile_dpbf16ps(2, 4, 6);
            _tile_dpbf16ps(3, 4, 7);
        }
    }
}

// The accumulators in memory, for a block of 32 rows by 32 columns or of 16 by 64.
struct alignas(64) Sums {
    int32_t values[32 * 32];
};

SBERT_AMX inline void store_tall(Sums &sums)
{
    char *p = reinterpret_cast<char *>(sums.values);
    _tile_stored(0, p, 128);
    _tile_stored(1, p + 64, 128);
    _tile_stored(2, p + 16 * 128, 128);
    _tile_stored(3, p + 16 * 128 + 64, 128);
}

SBERT_AMX inline void store_wide(Sums &sums)
{
    char *p = reinterpret_cast<char *>(sums.values);
    _tile_stored(0, p, 256);
    _tile_stored(1, p + 64, 256);
    _tile_stored(2, p + 128, 256);
    _tile_stored(3, p + 192, 256);
}

SBERT_AMX inline __mmask16 columns_mask(size_t left)
{
    return left >= 16 ? 0xFFFF : static_cast<__mmask16>((1u << left) - 1);
}

// Stores 16 columns of a row, or adds them if the epilogue says so.
SBERT_AMX inline void store(const Epilogue &epilogue, float *y, __mmask16 mask, __m512 value)
{
    if (epilogue.add)
        value = _mm512_add_ps(_mm512_maskz_loadu_ps(mask, y), value);
    _mm512_mask_storeu_ps(y, mask, value);
}

// Passes a block's sums to finish.columns(), 16 columns of all rows at a time, and activates them.
template <class Finish>
SBERT_AMX inline void finish_block(const Sums &sums, size_t width, size_t from, size_t rows,
                                   size_t column, size_t N, const Finish &finish)
{
    for (size_t c = 0; c < width && column + c < N; c += 16)
        finish.columns(column + c, columns_mask(N - column - c), sums.values + c, width, from,
                       rows);
    if (finish.epilogue.activate != nullptr)
        finish.epilogue.activate(finish.y + from * finish.ldy + column, finish.ldy, rows,
                                 width < N - column ? width : N - column);
}

// Computes all blocks of a product whose panels have `panel_bytes` bytes and `steps` steps of k.
template <Kind kKind, class Finish>
SBERT_AMX void multiply(const char *x, size_t stride, size_t rows, const char *panels,
                        size_t panel_bytes, size_t steps, size_t N, const Finish &finish)
{
    Sums sums;
    size_t from = 0;
    for (; rows - from > kTileRows;) {
        const size_t block = rows - from < 2 * kTileRows ? rows - from : 2 * kTileRows;
        configure(kTileRows, block - kTileRows);
        for (size_t p = 0; p < panel_count(N); p++) {
            multiply_tall<kKind>(
                {x + from * stride, stride, panels + p * panel_bytes, panel_bytes, steps});
            store_tall(sums);
            finish_block(sums, kPanelWidth, from, block, p * kPanelWidth, N, finish);
        }
        from += block;
    }
    if (from < rows) {
        configure(rows - from, rows - from);
        // If the number of panels is odd, the last one is taken twice. The second copy is beyond N.
        for (size_t p = 0; p < panel_count(N); p += 2) {
            const size_t next = p + 1 < panel_count(N) ? panel_bytes : 0;
            multiply_wide<kKind>(
                {x + from * stride, stride, panels + p * panel_bytes, next, steps});
            store_wide(sums);
            finish_block(sums, 2 * kPanelWidth, from, rows - from, p * kPanelWidth, N, finish);
        }
    }
    _tile_release();
}

struct FinishBf16 {
    const float *bias_or_null;
    float *y;
    size_t ldy;
    const Epilogue &epilogue;

    SBERT_AMX inline void columns(size_t column, __mmask16 mask, const int32_t *sums, size_t ld,
                                  size_t from, size_t rows) const
    {
        const __m512 bias = bias_or_null != nullptr
                                ? _mm512_maskz_loadu_ps(mask, bias_or_null + column)
                                : _mm512_setzero_ps();
        for (size_t i = 0; i < rows; i++)
            store(epilogue, y + (from + i) * ldy + column, mask,
                  _mm512_add_ps(_mm512_castsi512_ps(_mm512_loadu_si512(sums + i * ld)), bias));
    }
};

struct FinishInt8 {
    const QuantizedRows &x;
    const Int8Weights &w;
    float *y;
    size_t ldy;
    const Epilogue &epilogue;

    SBERT_AMX inline void columns(size_t column, __mmask16 mask, const int32_t *sums, size_t ld,
                                  size_t from, size_t rows) const
    {
        const __m512 scale = _mm512_maskz_loadu_ps(mask, w.weight_scale + column);
        const __m512i sum = _mm512_cvtps_epi32(_mm512_maskz_loadu_ps(mask, w.weight_sum + column));
        const __m512 bias =
            w.bias != nullptr ? _mm512_maskz_loadu_ps(mask, w.bias + column) : _mm512_setzero_ps();
        for (size_t i = 0; i < rows; i++) {
            const size_t row = from + i;
            const __m512i exact =
                _mm512_sub_epi32(_mm512_loadu_si512(sums + i * ld),
                                 _mm512_mullo_epi32(_mm512_set1_epi32(x.zero[row]), sum));
            const __m512 factor = _mm512_mul_ps(_mm512_set1_ps(x.scale[row]), scale);
            store(epilogue, y + row * ldy + column, mask,
                  _mm512_fmadd_ps(_mm512_cvtepi32_ps(exact), factor, bias));
        }
    }
};

} // namespace

SBERT_AMX void linear_bf16(const Bf16Product &t) noexcept
{
    multiply<Kind::kBf16>(reinterpret_cast<const char *>(t.x), t.ldx * 2, t.rows,
                          reinterpret_cast<const char *>(t.panels), t.K * kPanelWidth * 2,
                          t.K * 2 / kTileBytes, t.N, FinishBf16{t.bias, t.y, t.ldy, t.epilogue});
}

SBERT_AMX void linear_int8(const QuantizedRows &x, size_t rows, const Int8Weights &w, float *y,
                           size_t ldy, const Epilogue &epilogue) noexcept
{
    multiply<Kind::kInt8>(reinterpret_cast<const char *>(x.q), quantized_stride(w.K), rows,
                          reinterpret_cast<const char *>(w.panels), w.K * kPanelWidth,
                          w.K / kTileBytes, w.N, FinishInt8{x, w, y, ldy, epilogue});
}

} // namespace sbert::kernels::amx
#endif
