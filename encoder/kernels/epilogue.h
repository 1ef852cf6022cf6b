// What a product does to each tile of y while the tile lies in the first-level cache.
#pragma once

#include <cstddef>

namespace sbert::kernels {

// y = activate(x W^T + b), or with `add` y = activate(y + (x W^T + b)): the product with its bias
// is rounded to f32 first, then added to what y held. The same order in every product.
//
// `activate` works in place on `rows` rows of `columns` floats, `ldy` apart, and each element's
// result must depend on that element alone: activation.h has such functions. Null for none.
struct Epilogue {
    bool add = false; // the residual
    void (*activate)(float *y, size_t ldy, size_t rows, size_t columns) noexcept = nullptr;
};

} // namespace sbert::kernels
