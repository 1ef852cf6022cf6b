// The narrow products of single instruction sets. Only linear_bf16.cpp and linear_int8.cpp call
// them.
#pragma once

#include "encoder/kernels/linear_int8.h"
#include "encoder/kernels/linear_product.h"

namespace sbert::kernels {

// The number of elements from one row in bfloat16 to the next.
constexpr size_t stride_bf16(size_t K) noexcept { return (K + 31) / 32 * 32; }

namespace avx512 {
void round_rows(const float *x, size_t ldx, size_t rows, size_t K, Bf16 *out) noexcept;
void linear_bf16(const Bf16Product &product) noexcept;
void linear_int8(const QuantizedRows &x, size_t rows, const Int8Weights &weights, float *y,
                 size_t ldy, const Epilogue &epilogue) noexcept;
} // namespace avx512

// The AMX versions need whole tiles: K is a multiple of 32 (bf16) or of 64 (int8).
namespace amx {
void linear_bf16(const Bf16Product &product) noexcept;
void linear_int8(const QuantizedRows &x, size_t rows, const Int8Weights &weights, float *y,
                 size_t ldy, const Epilogue &epilogue) noexcept;
} // namespace amx

} // namespace sbert::kernels
