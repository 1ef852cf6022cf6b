// The common part of products with sums in f32, whatever their weights: the shape of a register
// tile, the loops over tiles, and how a tile's row is written to y. linear.cpp and linear_bf16.cpp
// include this once for each instruction set (Highway).
//
// A product defines how a tile multiplies:
//   struct Tile {
//       using Weight = ...;                         an element of a panel's row
//       static size_t panel_rows(size_t K);         number of rows of a panel
//       template <size_t kRows> static void multiply(const TileArguments<Weight> &t);
//   };
// Its arguments have x, ldx, rows, K, bias, N, y, ldy and epilogue.
#if defined(SBERT_FLOAT_TILE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef SBERT_FLOAT_TILE_INL_H
#undef SBERT_FLOAT_TILE_INL_H
#else
#define SBERT_FLOAT_TILE_INL_H
#endif

#include <algorithm>
#include <cstring>

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include "encoder/kernels/linear.h"

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

// The namespace is unnamed, because each product has its own tiles.
namespace {

// A vector has at most half a panel, so that a panel is a whole number of slices of two vectors.
using Floats = hn::CappedTag<float, kPanelWidth / 2>;
using Vector = hn::Vec<Floats>;

// A tile is kTileRows rows by a slice of a panel, which is kAcross vectors wide. It has as many
// accumulators as there are registers, except those for a row of the slice and one number of x.
// With AVX-512 it is 14 rows by 32 columns, with AVX2 6 by 16.
constexpr size_t kRegisters = HWY_TARGET <= HWY_AVX3 || HWY_TARGET == HWY_NEON ? 32 : 16;
constexpr size_t kAcross = HWY_TARGET == HWY_NEON ? 4 : 2;
constexpr size_t kTileRows = (kRegisters - kAcross - 1) / kAcross;
constexpr size_t kSlice = kAcross * hn::MaxLanes(Floats());
static_assert(kPanelWidth % kSlice == 0);

// The number of elements of a panel that are fetched ahead of their use, because weights mostly
// come from the last-level cache. Measured by bench/product.cpp.
constexpr size_t kPrefetchAhead = 1024;
// The number of rows that are taken together. They fit into the second-level cache and are a whole
// number of tiles of 14, 12, 8, 6, 4, 3 or 2 rows.
constexpr size_t kChunkRows = 168;

template <class Weight>
struct TileArguments {
    const float *x;
    size_t ldx;
    size_t K;
    const Weight *panel; // the slice of a panel
    const float *bias;   // (kSlice), never null
    float *y;
    size_t ldy;
    size_t columns; // number of columns of y in the slice, <= kSlice
    bool add;
};

template <class Weight>
HWY_INLINE void prefetch_row(const Weight *panel)
{
    for (size_t line = 0; line < kSlice; line += 16)
        hwy::Prefetch(panel + kPrefetchAhead + line);
}

// sums = bias, for all rows of the tile.
template <size_t kRows>
HWY_INLINE void start_sums(const float *bias, Vector (&sums)[kRows][kAcross])
{
    const Floats d;
    for (size_t v = 0; v < kAcross; v++) {
        const Vector b = hn::LoadU(d, bias + v * hn::Lanes(d));
        for (size_t i = 0; i < kRows; i++)
            sums[i][v] = b;
    }
}

// Pointers to the rows of x, if there are registers for them. By itself the compiler computes each
// row's address by additions. If two threads share a core, its front end then limits the product.
// With pointers 62 GFLOP/s became 79 on a Zen 3 (bench/product.cpp).
template <size_t kRows>
struct XRows {
    const float *row[kRows];

    template <class Weight>
    explicit HWY_INLINE XRows(const TileArguments<Weight> &t)
    {
        constexpr size_t kHeld = 8;
        for (size_t i = 0; i < kRows; i++) {
            row[i] = t.x + i * t.ldx;
            if constexpr (kRows <= kHeld)
                // This hides from the compiler that the rows are evenly spaced.
                asm("" : "+r"(row[i]));
        }
    }
};

// sums += x[k] w for all rows of the tile.
template <size_t kRows>
HWY_INLINE void add_products(const XRows<kRows> &rows, size_t k, const Vector (&w)[kAcross],
                             Vector (&sums)[kRows][kAcross])
{
    for (size_t i = 0; i < kRows; i++) {
        const Vector x = hn::Set(Floats(), rows.row[i][k]);
        for (size_t v = 0; v < kAcross; v++)
            sums[i][v] = hn::MulAdd(x, w[v], sums[i][v]);
    }
}

// Writes one row of a tile to y. A slice that extends beyond y goes through a buffer.
template <class Weight>
HWY_INLINE void store_row(const TileArguments<Weight> &t, size_t i, Vector (&sums)[kAcross])
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

// Calls the tile of `rows` rows, 1 <= rows <= kTileRows.
template <class Tile, size_t kRows = kTileRows>
HWY_INLINE void multiply_rows(size_t rows, const TileArguments<typename Tile::Weight> &t)
{
    if constexpr (kRows == 1) {
        Tile::template multiply<1>(t);
    } else {
        if (rows == kRows)
            Tile::template multiply<kRows>(t);
        else
            multiply_rows<Tile, kRows - 1>(rows, t);
    }
}

// Multiplies the rows first ... first + count - 1 by the slice that begins at `column`, in blocks
// of nearly equal height. 13 rows are 7 + 6, because a tile of one row does not keep the
// multipliers busy.
template <class Tile, class Product>
HWY_INLINE void multiply_slice(const Product &p, const typename Tile::Weight *panels, size_t first,
                               size_t count, size_t column)
{
    const size_t columns = std::min(kSlice, p.N - column);
    HWY_ALIGN float bias[kSlice] = {};
    if (p.bias != nullptr)
        std::memcpy(bias, p.bias + column, columns * sizeof(float));
    const auto *panel =
        panels + column / kPanelWidth * Tile::panel_rows(p.K) * kPanelWidth + column % kPanelWidth;
    const size_t blocks = (count + kTileRows - 1) / kTileRows;
    for (size_t block = 0; block < blocks; block++) {
        const size_t from = first + count * block / blocks;
        const size_t rows = first + count * (block + 1) / blocks - from;
        float *y = p.y + from * p.ldy + column;
        multiply_rows<Tile>(
            rows, {p.x + from * p.ldx, p.ldx, p.K, panel, bias, y, p.ldy, columns, p.epilogue.add});
        if (p.epilogue.activate != nullptr)
            p.epilogue.activate(y, p.ldy, rows, columns);
    }
}

template <class Tile, class Product>
HWY_INLINE void multiply_all(const Product &p, const typename Tile::Weight *panels)
{
    for (size_t from = 0; from < p.rows; from += kChunkRows)
        for (size_t column = 0; column < p.N; column += kSlice)
            multiply_slice<Tile>(p, panels, from, std::min(kChunkRows, p.rows - from), column);
}

} // namespace
} // namespace sbert::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
