// f32 weights rounded to bfloat16 and to 8 bits, as the importer does once for all machines. What
// the numbers mean in a product: kernels/linear_bf16.h, kernels/linear_int8.h. How they then lie in
// a file is packed_tensors.h's part.
//
// Plain scalar arithmetic in a fixed order, each operation rounded by itself (narrow.cpp is
// compiled without contraction): equal weights give equal bits, hence equal fingerprints, on every
// machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sbert::encoder {

// To nearest, ties to even. Throws std::overflow_error where a value beyond the largest bfloat16
// (3.39e38) would become infinite. REQUIRES: the values are finite.
std::vector<uint16_t> narrow_bf16(const float *values, size_t count);

// A matrix in 8 bits, symmetric by row: W[n][k] is about scale[n] * values[n * K + k].
struct Int8Matrix {
    std::vector<int8_t> values; // (N, K) row-major, -127 ... 127
    std::vector<float> scale;   // (N) the row's largest magnitude / 127; 1 for a row of zeros
    std::vector<float> sum;     // (N) of the row's values: whole numbers
};

// Each element is multiplied by its column's factor and rounded to nearest, ties to even.
//   w        (N, K)  row-major
//   columns  (K) or null for ones
// Throws std::overflow_error where a product is not finite.
Int8Matrix narrow_int8(const float *w, size_t N, size_t K, const float *columns);

// What SmoothQuant moves from the activations into the columns of the weights that they meet.
struct Smoothing {
    std::vector<float> columns; // (K) the weights are multiplied by it
    std::vector<float> smooth;  // (K) the activations are: 1 / columns
};

// SmoothQuant with alpha = 1/2 (Xiao et al. 2022, arXiv:2211.10438, section 4), for a product that
// a layer norm feeds. In place of calibration texts the norm's own parameters say how far a channel
// spreads: |beta| + 4 |gamma| is four standard deviations of what a norm gives. The factors'
// mean is 1.
//   w            (N, K)  row-major
//   gamma, beta  (K)  of the norm; beta may be null for zeros
// Throws std::overflow_error where a factor is not finite.
Smoothing smoothing(const float *w, size_t N, size_t K, const float *gamma, const float *beta);

} // namespace sbert::encoder
