// Distances between two rows of bits, as pgvector defines them for bit(n).
//
//   a, b  (bytes)  any alignment, may be the same row; bytes may be 0. Bits past the last one of a
//                  row are zeros, as in PostgreSQL's bit(n).
//
// Results are exact and the same on every CPU. Cannot fail; allocates nothing; any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sbert::kernels {

// The number of bits that differ.
uint64_t hamming(const uint8_t *a, const uint8_t *b, size_t bytes) noexcept;

// 1 - |a and b| / |a or b|, in [0, 1]. It is 1 if no bit is set in both, even if none is set at
// all.
double jaccard(const uint8_t *a, const uint8_t *b, size_t bytes) noexcept;

// The naive versions, bit by bit, with which the tests compare.
uint64_t hamming_reference(const uint8_t *a, const uint8_t *b, size_t bytes) noexcept;
double jaccard_reference(const uint8_t *a, const uint8_t *b, size_t bytes) noexcept;

} // namespace sbert::kernels
