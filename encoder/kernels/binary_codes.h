// One bit a dimension, 16 rows at a time: sums of signed query elements by table look-ups in
// registers.                  (FastScan: Andre et al. 2015; RaBitQ: Gao & Long 2024,
// arXiv:2405.12497)
//
// A segment is four dimensions. A block holds 16 rows, transposed: for each pair of segments 16
// bytes, the byte of row i has the bits of segment 2p in its lower and of segment 2p + 1 in its
// upper half, bit j of a half for dimension 4 s + j: bit b of byte p is dimension 8 p + b. The
// number of segments is a multiple of 4; dimensions past d have no bit set.
//
// A look-up table has 16 bytes a segment; four segments lie in the order 0, 2, 1, 3, so that the
// lower halves of 32 bytes of codes find theirs side by side.
//
//   sums[i] = sum over d of (bit of row i at d ? q[d] : -q[d])        to the rounding of the table
#pragma once

#include <cstddef>
#include <cstdint>

namespace sbert::kernels {

inline constexpr size_t kBlockRows = 16;

constexpr size_t code_segments(size_t d) noexcept { return (d + 15) / 16 * 4; }
// Bytes of the codes of a block, and of one look-up table.
constexpr size_t block_code_bytes(size_t d) noexcept { return code_segments(d) / 2 * kBlockRows; }
constexpr size_t lookup_bytes(size_t d) noexcept { return code_segments(d) * 16; }

// Sets the bits of row `slot` (0 ... 15) of a block: the sign of x, positive and zero is 1.
//   x  (d)
void set_row_code(const float *x, size_t d, size_t slot, uint8_t *codes) noexcept;

// sum = scale * (what the look-ups add up to) + bias
struct Lookup {
    float scale;
    float bias;
};

//   q      (d) finite
//   table  lookup_bytes(d), 64-byte aligned; entries at most 63, so that four add up in a byte.
//   Their
//          rounding adds less than 1 % to the error of an estimate by signs.
Lookup make_lookup(const float *q, size_t d, uint8_t *table) noexcept;

//   codes   of segments `first` ... `first` + `segments` - 1 of a block (multiples of 4): whole
//           blocks by first = 0 and segments = code_segments(d), blocks over several pages by parts
//   totals  (16) integers, added to: exact, the same on every instruction set
void add_block_sums(const uint8_t *codes, size_t first, size_t segments, const uint8_t *table,
                    uint32_t *totals) noexcept;

// keys[i] = base + add[i] + mul[i] * (lookup.scale * totals[i] + lookup.bias); add is +infinity for
// a free slot. Returns the smallest key.
float block_keys(const uint32_t *totals, Lookup lookup, float base, const float *add,
                 const float *mul, float *keys) noexcept;

// What a row's factors are made from: sums over the residual r = x - centroid and its signs s.
struct ResidualSums {
    float norm2;           // |r|^2
    float absolute;        // sum of |r[d]|, that is <s, r>
    float signed_centroid; // <s, c>
    float centroid;        // <c, r>
};

//   x, centroid  (d);  residual (d), written
ResidualSums residual_sums(const float *x, const float *centroid, size_t d,
                           float *residual) noexcept;

// The naive versions: what the above must agree with. The last one sums in double.
void set_row_code_reference(const float *x, size_t d, size_t slot, uint8_t *codes) noexcept;
void add_block_sums_reference(const uint8_t *codes, size_t first, size_t segments,
                              const uint8_t *table, uint32_t *totals) noexcept;
float block_keys_reference(const uint32_t *totals, Lookup lookup, float base, const float *add,
                           const float *mul, float *keys) noexcept;
ResidualSums residual_sums_reference(const float *x, const float *centroid, size_t d,
                                     float *residual) noexcept;

} // namespace sbert::kernels
