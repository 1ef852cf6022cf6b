// A vector in 4 or 8 bits an element: x[d] ~ low + step * code[d], evenly between the vector's
// smallest and largest element. 4 bits: two codes a byte, even elements in the lower half; where d
// is odd, the last upper half is zero.
//
// Codes, low and step are the same on every instruction set; sums agree to rounding. Cannot fail;
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
    float step;  // 0 where all elements are equal
    float error; // |x - decoded x|, rounded up: a certain bound, of the decoded floats as well as
                 // of low + step * code in exact arithmetic
};

//   bits  4 or 8;  x (d) finite;  codes scalar_code_bytes(d, bits), written whole
ScalarRange encode_scalar(const float *x, size_t d, int bits, uint8_t *codes) noexcept;
void decode_scalar(const uint8_t *codes, ScalarRange range, size_t d, int bits, float *x) noexcept;

// Sum over d of q[d] * code[d]; with the sum of q: <q, x> ~ range.low * sum(q) + range.step * this
float scalar_product(const float *q, const uint8_t *codes, size_t d, int bits) noexcept;

// The naive versions: what the above must agree with.
ScalarRange encode_scalar_reference(const float *x, size_t d, int bits, uint8_t *codes) noexcept;
void decode_scalar_reference(const uint8_t *codes, ScalarRange range, size_t d, int bits,
                             float *x) noexcept;
double scalar_product_reference(const float *q, const uint8_t *codes, size_t d, int bits) noexcept;

} // namespace sbert::kernels
