// What the products with sums in f32 share, whatever their weights: the shape of a register tile,
// rows and slices by tiles, and how a tile's row gets into y. Included once for each instruction
// set (Highway), by linear.cpp and linear_bf16.cpp.
//
// A product says how a tile multiplies:
//   struct Tile {
//       using Weight = ...;                         an element of a panel's row
//       static size_t panel_rows(size_t K);         of such elements
//       template <size_t kRows> static void multiply(const TileArguments<Weight> &t);
//   };
// and its arguments have x, ldx, rows, K, bias, N, y, ldy and epilogue.
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

// Unnamed, because each product has tiles of its own.
namespace {

// At most half a panel, so that whole slices of two vectors make a panel.
using Floats = hn::CappedTag<float, kPanelWidth / 2>;
using Vector = hn::Vec<Floats>;

// A tile is kTileRows rows by a slice of a panel, kAcross vectors wide: as many accumulators as the
// registers hold beside the slice's row and one number of x. 14 rows by 32 columns with AVX-512, 6
// by 16 with AVX2.
constexpr size_t kRegisters = HWY_TARGET <= HWY_AVX3 || HWY_TARGET == HWY_NEON ? 32 : 16;
constexpr size_t kAcross = HWY_TARGET == HWY_NEON ? 4 : 2;
constexpr size_t kTileRows = (kRegisters - kAcross - 1) / kAcross;
constexpr size_t kSlice = kAcross * hn::MaxLanes(Floats());
static_assert(kPanelWidth % kSlice == 0);

// Elements of a panel fetched ahead of their use: weights mostly come from the last-level cache.
// Measured (bench/product.cpp).
constexpr size_t kPrefetchAhead = 1024;
// Rows taken together: few enough to stay in the second-level cache, and whole tiles of 14, 12, 8,
// 6, 4, 3, 2 rows.
constexpr size_t kChunkRows = 168;

template <class Weight>
struct TileArguments {
    const float *x;
    size_t ldx;
    size_t K;
    const Weight *panel; // its slice
    const float *bias;   // (kSlice), never null
    float *y;
    size_t ldy;
    size_t columns; // of y that exist, <= kSlice
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

// Where the rows of x begin. A pointer each, as long as the registers hold them: left to itself the
// compiler steps from row to row by additions, and where two threads share a core, its front end is
// then what limits the product (62 GFLOP/s became 79 on a Zen 3; bench/product.cpp).
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
                asm("" : "+r"(row[i])); // hides that they are evenly spaced
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

// One row of a tile into y. A slice that y ends in goes through a buffer.
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

// Rows first ... first + count - 1 by the slice that begins at `column`, in blocks of nearly equal
// height: 13 rows as 7 + 6, because a tile of one row starves the multipliers.
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
