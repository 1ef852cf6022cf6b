// Rotary position embedding (Su et al. 2021, arXiv:2104.09864).
//
// Features j and j + dims / 2 of a head are a point in the plane. It is rotated by the token's
// position times the j-th frequency, theta^(-2 j / dims). Features beyond `dims` do not change.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "encoder/model/spec.h"
#include "encoder/nn/rows.h"

namespace sbert::encoder {

class Rotary {
  public:
    Rotary() = default;
    // Computes frequencies like the reference, with each step rounded to f32. At position 8,192 a
    // difference in a frequency's last bit changes the angle by 0.0005.
    Rotary(const RotarySpec &spec, double theta);

    // Fills `table` (positions, dims) with the cosines and sines of the positions
    // 0 ... positions-1, unless it has them already.
    void fill(size_t positions, Rows &table) const;

    // Rotates queries and keys in place.
    //   table      filled for every position
    //   positions  (rows)
    //   qkv        (rows, 3C)  queries, keys and values side by side
    void turn(const Rows &table, const uint32_t *positions, size_t rows, size_t heads, size_t C,
              float *qkv) const;

  private:
    std::vector<float> frequencies_; // (dims / 2)
};

} // namespace sbert::encoder
