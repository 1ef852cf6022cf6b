// Codes of one bit per dimension. Sums of signed query elements are computed for 16 rows at a time,
// by table look-ups in registers (FastScan: Andre et al. 2015; RaBitQ: Gao & Long 2024,
// arXiv:2405.12497).
//
// A segment is four dimensions. A block holds 16 rows, transposed: 16 bytes for each pair of
// segments, one for each row. The byte of row i for pair p has segment 2p in its lower half and
// segment 2p + 1 in its upper half, so that its bit b is dimension 8 p + b. The number of segments
// is a multiple of 4. Dimensions past d have no bit set.
//
// A look-up table has 16 bytes per segment. Four segments lie in the order 0, 2, 1, 3, so that the
// lower halves of 32 bytes of codes find their tables side by side.
//
//   sums[i] = sum over d of (bit of row i at d ? q[d] : -q[d])        to the rounding of the table
#pragma once

#include <cstddef>
#include <cstdint>

namespace sbert::kernels {

inline constexpr size_t kBlockRows = 16;

constexpr size_t code_segments(size_t d) noexcept { return (d + 15) / 16 * 4; }
// The bytes of the codes of a block, and of one look-up table.
constexpr size_t block_code_bytes(size_t d) noexcept { return code_segments(d) / 2 * kBlockRows; }
constexpr size_t lookup_bytes(size_t d) noexcept { return code_segments(d) * 16; }

// Sets the bits of row `slot` (0 ... 15) of a block to the signs of x: 1 for positive and zero.
//   x  (d)
void set_row_code(const float *x, size_t d, size_t slot, uint8_t *codes) noexcept;

// sum = scale * (total of the look-ups) + bias
struct Lookup {
    float scale;
    float bias;
};

// Makes the look-up table of a query. Its entries are at most 63, so that the sum of four fits into
// a byte. Their rounding adds less than 1 % to the error of an estimate by signs.
//   q      (d) finite
//   table  lookup_bytes(d), 64-byte aligned
Lookup make_lookup(const float *q, size_t d, uint8_t *table) noexcept;

// Adds the look-ups of segments `first` ... `first` + `segments` - 1 of a block, both multiples of
// 4. A whole block is first = 0 and segments = code_segments(d). A block that lies on several pages
// is added in parts.
//   codes   of these segments
//   totals  (16) integers, exact and the same on every instruction set
void add_block_sums(const uint8_t *codes, size_t first, size_t segments, const uint8_t *table,
                    uint32_t *totals) noexcept;

// keys[i] = base + add[i] + mul[i] * (lookup.scale * totals[i] + lookup.bias). A free slot has
// add[i] = +infinity. Returns the smallest key.
float block_keys(const uint32_t *totals, Lookup lookup, float base, const float *add,
                 const float *mul, float *keys) noexcept;

// The sums over the residual r = x - centroid and its signs s that a row's factors are made from.
struct ResidualSums {
    float norm2;           // |r|^2
    float absolute;        // the sum of |r[d]|, which is <s, r>
    float signed_centroid; // <s, c>
    float centroid;        // <c, r>
};

// Writes the residual and returns the sums over it.
//   x, centroid, residual  (d)
ResidualSums residual_sums(const float *x, const float *centroid, size_t d,
                           float *residual) noexcept;

// The naive versions, with which the tests compare. The last one sums in double.
void set_row_code_reference(const float *x, size_t d, size_t slot, uint8_t *codes) noexcept;
void add_block_sums_reference(const uint8_t *codes, size_t first, size_t segments,
                              const uint8_t *table, uint32_t *totals) noexcept;
float block_keys_reference(const uint32_t *totals, Lookup lookup, float base, const float *add,
                           const float *mul, float *keys) noexcept;
ResidualSums residual_sums_reference(const float *x, const float *centroid, size_t d,
                                     float *residual) noexcept;

} // namespace sbert::kernels
