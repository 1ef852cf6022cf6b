// A fixed orthogonal map that spreads what a vector says evenly over its elements: what 1-bit and
// scalar codes need. Distances and inner products stay the same.
//
// Four rounds of random signs and a Walsh-Hadamard transform over the first, then the last 2^k
// elements (2^k <= d), each two rounds followed by a step that mixes the two halves, so that any d
// works in O(d log d).        (Kac's walk and Hadamard, as in Gao et al. 2024, arXiv:2409.09913)
// Mixing after every round would leave a sixteenth of some unit vectors in single elements, and
// where d is 2^k it would undo the transform's last step: there is none then.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sbert::kernels {

inline constexpr size_t kRotationRounds = 4;

// Words of 32 signs that a rotation of d elements needs.
constexpr size_t rotation_words(size_t d) noexcept { return kRotationRounds * ((d + 31) / 32); }

// The signs of `seed`: the same on every machine.
//   signs  rotation_words(d) words, written whole
void make_rotation(uint64_t seed, size_t d, uint32_t *signs) noexcept;

//   x  (d) rotated in place, to the same bits on every instruction set. Cannot fail; allocates
//          nothing; any thread.
void rotate(const uint32_t *signs, size_t d, float *x) noexcept;

void rotate_reference(const uint32_t *signs, size_t d, float *x) noexcept;

} // namespace sbert::kernels
