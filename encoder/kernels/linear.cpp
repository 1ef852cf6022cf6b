// Register-tiled products over packed panels, compiled once for each instruction set (Highway).
#include "encoder/kernels/linear.h"

#include <algorithm>
#include <cstring>

#include <hwy/cache_control.h>

// Scalable vectors cannot be held in arrays, which the register tile needs.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/linear.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Lanes = hn::CappedTag<float, kPanelWidth>;
using Vector = hn::Vec<Lanes>;

// Vectors across a panel, and rows of a tile: as many accumulators as the registers hold beside one
// panel row.
constexpr size_t kAcross = kPanelWidth / hn::MaxLanes(Lanes());
constexpr size_t kRegisters = HWY_TARGET <= HWY_AVX3 || HWY_TARGET == HWY_NEON ? 32 : 16;
constexpr size_t kTileRows = kRegisters <= 2 * kAcross ? 1 : (kRegisters - kAcross - 1) / kAcross;

// Both measured (bench/product.cpp): steps of k in one turn of the loop, floats fetched ahead.
constexpr size_t kUnroll = 2;
constexpr size_t kPrefetchAhead = 1024;
constexpr size_t kChunkRows = 168; // whole tiles of 14, 12, 8, 6, 4, 3, 2 rows

struct TileArguments {
    const float *x;
    size_t ldx;
    size_t K;
    const float *panel;
    const float *bias; // (32), never null
    float *y;
    size_t ldy;
    size_t columns; // of y that exist, <= 32
};

// Adds the products of one k. The panel is fetched ahead of its use: weights mostly come from the
// last-level cache.
template <size_t kRows>
HWY_INLINE void multiply_step(const TileArguments &t, size_t k, Vector (&sums)[kRows][kAcross])
{
    const Lanes d;
    const size_t lanes = hn::Lanes(d);
    const float *panel = t.panel + k * kPanelWidth;
    for (size_t line = 0; line < kPanelWidth; line += 16)
        hwy::Prefetch(panel + kPrefetchAhead + line);
    Vector w[kAcross];
    for (size_t v = 0; v < kAcross; v++)
        w[v] = hn::LoadU(d, panel + v * lanes);
    for (size_t i = 0; i < kRows; i++) {
        const Vector x = hn::Set(d, t.x[i * t.ldx + k]);
        for (size_t v = 0; v < kAcross; v++)
            sums[i][v] = hn::MulAdd(x, w[v], sums[i][v]);
    }
}

// One tile: kRows rows by a whole panel.
template <size_t kRows>
HWY_INLINE void multiply_tile(const TileArguments &t)
{
    const Lanes d;
    const size_t lanes = hn::Lanes(d);
    Vector sums[kRows][kAcross];
    for (size_t v = 0; v < kAcross; v++) {
        const Vector b = hn::LoadU(d, t.bias + v * lanes);
        for (size_t i = 0; i < kRows; i++)
            sums[i][v] = b;
    }
    size_t k = 0;
    for (; k + kUnroll <= t.K; k += kUnroll) {
        for (size_t u = 0; u < kUnroll; u++)
            multiply_step<kRows>(t, k + u, sums);
    }
    for (; k < t.K; k++)
        multiply_step<kRows>(t, k, sums);
    for (size_t i = 0; i < kRows; i++) {
        HWY_ALIGN float last[kPanelWidth];
        float *row = t.columns == kPanelWidth ? t.y + i * t.ldy : last;
        for (size_t v = 0; v < kAcross; v++)
            hn::StoreU(sums[i][v], d, row + v * lanes);
        if (t.columns != kPanelWidth)
            std::memcpy(t.y + i * t.ldy, last, t.columns * sizeof(float));
    }
}

template <size_t kRows>
HWY_NOINLINE void multiply_tile_of(const TileArguments &t)
{
    multiply_tile<kRows>(t);
}

// Calls the tile of `rows` rows, 1 <= rows <= kTileRows.
template <size_t kRows = kTileRows>
HWY_INLINE void multiply_rows(size_t rows, const TileArguments &t)
{
    if constexpr (kRows == 1) {
        multiply_tile_of<1>(t);
    } else {
        if (rows == kRows)
            multiply_tile_of<kRows>(t);
        else
            multiply_rows<kRows - 1>(rows, t);
    }
}

// All panels over rows that are few enough to stay in the second-level cache.
HWY_INLINE void multiply_chunk(const float *x, size_t ldx, size_t rows, size_t K,
                               const float *panels, const float *bias, size_t N, float *y,
                               size_t ldy)
{
    // Blocks of nearly equal height: 13 rows as 7 + 6, because a tile of one row starves the
    // multipliers.
    const size_t blocks = (rows + kTileRows - 1) / kTileRows;
    for (size_t p = 0; p < panel_count(N); p++) {
        const size_t column = p * kPanelWidth;
        const size_t columns = std::min(kPanelWidth, N - column);
        HWY_ALIGN float b[kPanelWidth] = {};
        if (bias != nullptr)
            std::memcpy(b, bias + column, columns * sizeof(float));
        for (size_t block = 0; block < blocks; block++) {
            const size_t from = rows * block / blocks, to = rows * (block + 1) / blocks;
            multiply_rows(to - from, {x + from * ldx, ldx, K, panels + p * K * kPanelWidth, b,
                                      y + from * ldy + column, ldy, columns});
        }
    }
}

void linear(const float *x, size_t ldx, size_t rows, size_t K, const float *panels,
            const float *bias, size_t N, float *y, size_t ldy)
{
    for (size_t from = 0; from < rows; from += kChunkRows)
        multiply_chunk(x + from * ldx, ldx, std::min(kChunkRows, rows - from), K, panels, bias, N,
                       y + from * ldy, ldy);
}

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sbert::kernels {

HWY_EXPORT(linear);

void linear(const float *x, size_t ldx, size_t rows, size_t K, const float *panels,
            const float *bias, size_t N, float *y, size_t ldy) noexcept
{
    HWY_DYNAMIC_DISPATCH(linear)(x, ldx, rows, K, panels, bias, N, y, ldy);
}

void pack_panels(const float *w, size_t ldw, size_t N, size_t K, float *panels) noexcept
{
    for (size_t p = 0; p < panel_count(N); p++, panels += K * kPanelWidth) {
        const size_t columns = std::min(kPanelWidth, N - p * kPanelWidth);
        if (columns < kPanelWidth)
            for (size_t k = 0; k < K; k++)
                std::memset(panels + k * kPanelWidth + columns, 0,
                            (kPanelWidth - columns) * sizeof(float));
        // Four columns at a time: their stores share a cache line.
        size_t j = 0;
        for (; j + 4 <= columns; j += 4) {
            const float *row = w + (p * kPanelWidth + j) * ldw;
            for (size_t k = 0; k < K; k++)
                for (size_t c = 0; c < 4; c++)
                    panels[k * kPanelWidth + j + c] = row[c * ldw + k];
        }
        for (; j < columns; j++)
            for (size_t k = 0; k < K; k++)
                panels[k * kPanelWidth + j] = w[(p * kPanelWidth + j) * ldw + k];
    }
}

void pack_panels_transposed(const float *w, size_t ldw, size_t N, size_t K, float *panels) noexcept
{
    for (size_t p = 0; p < panel_count(N); p++) {
        const size_t columns = std::min(kPanelWidth, N - p * kPanelWidth);
        for (size_t k = 0; k < K; k++, panels += kPanelWidth) {
            std::memcpy(panels, w + k * ldw + p * kPanelWidth, columns * sizeof(float));
            std::memset(panels + columns, 0, (kPanelWidth - columns) * sizeof(float));
        }
    }
}

} // namespace sbert::kernels
#endif
