// The last steps of a product, done to each tile of y while the tile is in the first-level cache.
#pragma once

#include <cstddef>

namespace sbert::kernels {

// y = activate(x W^T + b), or with `add` y = activate(y + (x W^T + b)). Every product rounds
// x W^T + b to f32 first and then adds it to y.
//
// `activate` works in place on `rows` rows of `columns` floats, `ldy` apart. The result of an
// element must depend on that element alone, as in activation.h. It may be null.
struct Epilogue {
    bool add = false; // whether y holds a residual
    void (*activate)(float *y, size_t ldy, size_t rows, size_t columns) noexcept = nullptr;
};

} // namespace sbert::kernels
