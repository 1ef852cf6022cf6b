// Rotary position embedding.                    (Su et al. 2021, arXiv:2104.09864)
//
// Feature j and feature j + dims / 2 of a head, as a point in the plane, are turned by the token's
// position times the j-th frequency, theta^(-2 j / dims). Features beyond `dims` stay.
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
    // Frequencies as the reference computes them, each step rounded to f32: at position 8,192 a
    // difference in a frequency's last bit turns by 0.0005.
    Rotary(const RotarySpec &spec, double theta);

    // Cosines and sines of the positions 0 ... positions-1 (positions, dims), unless `table` has
    // them already.
    void fill(size_t positions, Rows &table) const;

    // Turns queries and keys in place.
    //   table      filled beyond every position
    //   positions  (rows)
    //   qkv        (rows, 3C)  queries, keys and values side by side
    void turn(const Rows &table, const uint32_t *positions, size_t rows, size_t heads, size_t C,
              float *qkv) const;

  private:
    std::vector<float> frequencies_; // (dims / 2)
};

} // namespace sbert::encoder
