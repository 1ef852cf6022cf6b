// Activation functions over n floats, in place. Names and formulas are those of the transformers
// library.
//
// `gelu` is the exact function x * Phi(x), computed by erf. `gelu_tanh` is the function that is
// called "gelu_new" and "gelu_pytorch_tanh" there. Confusing the two is the commonest error of
// re-implementations (text-embeddings-inference, pull request 753). The absolute error is at most
// 5e-7 for |x| <= 6, the relative error at most 2e-7 beyond. Any alignment; cannot fail; any
// thread.
#pragma once

#include <cstddef>

namespace sbert::kernels {

// The functions on `rows` rows of `columns` floats, `ldy` apart, for Epilogue::activate. An
// element's bits do not depend on its place.
void gelu_rows(float *y, size_t ldy, size_t rows, size_t columns) noexcept;
void gelu_tanh_rows(float *y, size_t ldy, size_t rows, size_t columns) noexcept;
// x * sigmoid(1.702 x)
void quick_gelu_rows(float *y, size_t ldy, size_t rows, size_t columns) noexcept;
// x * sigmoid(x)
void silu_rows(float *y, size_t ldy, size_t rows, size_t columns) noexcept;
void relu_rows(float *y, size_t ldy, size_t rows, size_t columns) noexcept;
void tanh_rows(float *y, size_t ldy, size_t rows, size_t columns) noexcept;
void sigmoid_rows(float *y, size_t ldy, size_t rows, size_t columns) noexcept;
inline void sigmoid(float *x, size_t n) noexcept { sigmoid_rows(x, n, 1, n); }

// The naive versions, in double, with which the tests compare.
void gelu_reference(float *x, size_t n) noexcept;
void gelu_tanh_reference(float *x, size_t n) noexcept;
void quick_gelu_reference(float *x, size_t n) noexcept;
void silu_reference(float *x, size_t n) noexcept;
void relu_reference(float *x, size_t n) noexcept;
void tanh_reference(float *x, size_t n) noexcept;
void sigmoid_reference(float *x, size_t n) noexcept;

} // namespace sbert::kernels
