// The arguments of linear(), as its versions hand them on. Not for other callers.
#pragma once

#include "encoder/kernels/linear.h"

namespace sbert::kernels {

struct F32Product {
    const float *x;
    size_t ldx;
    size_t rows;
    size_t K;
    const float *panels;
    const float *bias;
    size_t N;
    float *y;
    size_t ldy;
    const Epilogue &epilogue;
};

} // namespace sbert::kernels
