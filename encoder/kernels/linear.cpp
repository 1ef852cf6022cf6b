// Register-tiled products over packed panels, compiled once for each instruction set (Highway).
#include "encoder/kernels/linear.h"

#include <algorithm>
#include <cstring>

#include <hwy/cache_control.h>

#include "encoder/kernels/linear_product.h"

// Scalable vectors cannot be held in arrays, which the register tile needs.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/linear.cpp"
#include <hwy/foreach_target.h>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// Unnamed, because the other products have tiles of the same names.
namespace {

using Lanes = hn::CappedTag<float, kPanelWidth / 2>;
using Vector = hn::Vec<Lanes>;

// A tile is kTileRows rows by a slice of a panel, kAcross vectors wide: as many accumulators as the
// registers hold beside the slice's row and one number of x. 14 rows by 32 columns with AVX-512, 6
// by 16 with AVX2.
constexpr size_t kRegisters = HWY_TARGET <= HWY_AVX3 || HWY_TARGET == HWY_NEON ? 32 : 16;
constexpr size_t kAcross = HWY_TARGET == HWY_NEON ? 4 : 2;
constexpr size_t kTileRows = (kRegisters - kAcross - 1) / kAcross;
constexpr size_t kSlice = kAcross * hn::MaxLanes(Lanes());
static_assert(kPanelWidth % kSlice == 0);

// Both measured (bench/product.cpp): steps of k in one turn of the loop, floats fetched ahead.
constexpr size_t kUnroll = 2;
constexpr size_t kPrefetchAhead = 1024;
constexpr size_t kChunkRows = 168; // whole tiles of 14, 12, 8, 6, 4, 3, 2 rows

struct TileArguments {
    const float *x;
    size_t ldx;
    size_t K;
    const float *panel; // its slice
    const float *bias;  // (kSlice), never null
    float *y;
    size_t ldy;
    size_t columns; // of y that exist, <= kSlice
    bool add;
};

// Adds the products of one k. The panel is fetched ahead of its use: weights mostly come from the
// last-level cache.
template <size_t kRows>
HWY_INLINE void multiply_step(const TileArguments &t, size_t k, Vector (&sums)[kRows][kAcross])
{
    const Lanes d;
    const size_t lanes = hn::Lanes(d);
    const float *panel = t.panel + k * kPanelWidth;
    for (size_t line = 0; line < kSlice; line += 16)
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

// One row of a tile into y. A slice that y ends in goes through a buffer.
HWY_INLINE void store_row(const TileArguments &t, size_t i, Vector (&sums)[kAcross])
{
    const Lanes d;
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

template <size_t kRows>
HWY_NOINLINE void multiply_tile(const TileArguments &t)
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

// All rows by the slice that begins at `column`.
HWY_INLINE void multiply_slice(const F32Product &p, size_t column)
{
    const size_t columns = std::min(kSlice, p.N - column);
    HWY_ALIGN float bias[kSlice] = {};
    if (p.bias != nullptr)
        std::memcpy(bias, p.bias + column, columns * sizeof(float));
    const float *panel = p.panels + column / kPanelWidth * p.K * kPanelWidth + column % kPanelWidth;
    // Blocks of nearly equal height: 13 rows as 7 + 6, because a tile of one row starves the
    // multipliers.
    const size_t blocks = (p.rows + kTileRows - 1) / kTileRows;
    for (size_t block = 0; block < blocks; block++) {
        const size_t from = p.rows * block / blocks, rows = p.rows * (block + 1) / blocks - from;
        float *y = p.y + from * p.ldy + column;
        multiply_rows(
            rows, {p.x + from * p.ldx, p.ldx, p.K, panel, bias, y, p.ldy, columns, p.epilogue.add});
        if (p.epilogue.activate != nullptr)
            p.epilogue.activate(y, p.ldy, rows, columns);
    }
}

} // namespace

// Rows are taken in chunks that are small enough to stay in the second-level cache.
void linear(const F32Product &whole)
{
    for (size_t from = 0; from < whole.rows; from += kChunkRows) {
        const F32Product p = {whole.x + from * whole.ldx,
                              whole.ldx,
                              std::min(kChunkRows, whole.rows - from),
                              whole.K,
                              whole.panels,
                              whole.bias,
                              whole.N,
                              whole.y + from * whole.ldy,
                              whole.ldy,
                              whole.epilogue};
        for (size_t column = 0; column < p.N; column += kSlice)
            multiply_slice(p, column);
    }
}

} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace sbert::kernels {

HWY_EXPORT(linear);

void linear(const float *x, size_t ldx, size_t rows, size_t K, const float *panels,
            const float *bias, size_t N, float *y, size_t ldy, const Epilogue &epilogue) noexcept
{
    HWY_DYNAMIC_DISPATCH(linear)({x, ldx, rows, K, panels, bias, N, y, ldy, epilogue});
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
