// Register-tiled products over packed panels, compiled once for each instruction set (Highway).
#include "encoder/kernels/linear.h"

#include <algorithm>

#include "encoder/kernels/linear_product.h"

// Scalable vectors cannot be held in arrays, which the register tile needs. On x86 CMakeLists.txt
// defines the disabled targets.
#ifndef HWY_DISABLED_TARGETS
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_RVV)
#endif
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encoder/kernels/linear.cpp"
#include <hwy/foreach_target.h>

#include "encoder/kernels/float_tile-inl.h"

HWY_BEFORE_NAMESPACE();
namespace sbert::kernels::HWY_NAMESPACE {
namespace {

struct F32Tile {
    using Weight = float;
    static size_t panel_rows(size_t K) { return K; }
    template <size_t kRows>
    static HWY_NOINLINE void multiply(const TileArguments<float> &t);
};

// Measured by bench/product.cpp.
constexpr size_t kUnroll = 2;

// Adds the products of one k.
template <size_t kRows>
HWY_INLINE void multiply_step(const TileArguments<float> &t, const XRows<kRows> &rows, size_t k,
                              Vector (&sums)[kRows][kAcross])
{
    const Floats d;
    const float *panel = t.panel + k * kPanelWidth;
    prefetch_row(panel);
    Vector w[kAcross];
    for (size_t v = 0; v < kAcross; v++)
        w[v] = hn::LoadU(d, panel + v * hn::Lanes(d));
    add_products<kRows>(rows, k, w, sums);
}

template <size_t kRows>
HWY_NOINLINE void F32Tile::multiply(const TileArguments<float> &t)
{
    Vector sums[kRows][kAcross];
    start_sums<kRows>(t.bias, sums);
    const XRows<kRows> rows(t);
    size_t k = 0;
    for (; k + kUnroll <= t.K; k += kUnroll) {
        for (size_t u = 0; u < kUnroll; u++)
            multiply_step<kRows>(t, rows, k + u, sums);
    }
    for (; k < t.K; k++)
        multiply_step<kRows>(t, rows, k, sums);
    for (size_t i = 0; i < kRows; i++)
        store_row(t, i, sums[i]);
}

} // namespace

void linear(const F32Product &p) { multiply_all<F32Tile>(p, p.panels); }

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
        // The stores of four columns share a cache line.
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
