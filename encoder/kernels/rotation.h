// A fixed orthogonal map that spreads the content of a vector evenly over its elements, as 1-bit
// and scalar codes need it. Distances and inner products stay the same.
//
// A round flips random signs and applies a Walsh-Hadamard transform to 2^k elements (2^k <= d), in
// turn the first and the last. There are four rounds. After each two rounds a step mixes the two
// halves, so that any d works in O(d log d) (Kac's walk and Hadamard, as in Gao et al. 2024,
// arXiv:2409.09913). Mixing after every round would leave a sixteenth of some unit vectors in
// single elements. If d is 2^k there is no mixing, because it would undo the last step of the
// transform.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sbert::kernels {

inline constexpr size_t kRotationRounds = 4;

// The number of words of 32 signs that a rotation of d elements needs.
constexpr size_t rotation_words(size_t d) noexcept { return kRotationRounds * ((d + 31) / 32); }

// Writes the signs of `seed`, which are the same on every machine.
//   signs  rotation_words(d) words
void make_rotation(uint64_t seed, size_t d, uint32_t *signs) noexcept;

// Rotates x (d) in place, to the same bits on every instruction set. Cannot fail; allocates
// nothing; any thread.
void rotate(const uint32_t *signs, size_t d, float *x) noexcept;

// The naive version, with which the tests compare.
void rotate_reference(const uint32_t *signs, size_t d, float *x) noexcept;

} // namespace sbert::kernels
