// The arguments that a product's entry point passes to its versions. Not for other callers.
#pragma once

#include "encoder/kernels/linear_bf16.h"

namespace sbert::kernels {

template <class Element, class Weight>
struct Product {
    const Element *x; // (rows, K), rows `ldx` apart
    size_t ldx;
    size_t rows;
    size_t K;
    const Weight *panels;
    const float *bias; // (N) or null
    size_t N;
    float *y;
    size_t ldy;
    const Epilogue &epilogue;
};

using F32Product = Product<float, float>;
// The activations are rounded to bfloat16. Those from K to ldx are zero.
using Bf16Product = Product<Bf16, Bf16>;
// This is for CPUs without products of bfloat16.
using WideBf16Product = Product<float, Bf16>;

} // namespace sbert::kernels
