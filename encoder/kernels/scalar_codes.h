// Codes of 4 or 8 bits per element: x[d] ~ low + step * code[d], evenly spaced between the vector's
// smallest and largest element. With 4 bits a byte has two codes, the even element in its lower
// half. If d is odd, the last upper half is zero.
//
// Codes, low and step are the same on every instruction set. Sums agree to rounding. Cannot fail;
// allocates nothing; any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sbert::kernels {

constexpr size_t scalar_code_bytes(size_t d, int bits) noexcept
{
    return (d * static_cast<size_t>(bits) + 7) / 8;
}

struct ScalarRange {
    float low;
    float step; // 0 if all elements are equal
    // A bound on |x - decoded x| that always holds, both for the decoded floats and for
    // low + step * code in exact arithmetic.
    float error;
};

// Encodes and decodes a vector.
//   bits   4 or 8
//   x      (d) finite
//   codes  scalar_code_bytes(d, bits)
ScalarRange encode_scalar(const float *x, size_t d, int bits, uint8_t *codes) noexcept;
void decode_scalar(const uint8_t *codes, ScalarRange range, size_t d, int bits, float *x) noexcept;

// The sum over d of q[d] * code[d]. Then <q, x> ~ range.low * sum(q) + range.step * this sum.
float scalar_product(const float *q, const uint8_t *codes, size_t d, int bits) noexcept;

// The naive versions, with which the tests compare.
ScalarRange encode_scalar_reference(const float *x, size_t d, int bits, uint8_t *codes) noexcept;
void decode_scalar_reference(const uint8_t *codes, ScalarRange range, size_t d, int bits,
                             float *x) noexcept;
double scalar_product_reference(const float *q, const uint8_t *codes, size_t d, int bits) noexcept;

} // namespace sbert::kernels
