// A row of a list: the signs of its residual against the list's centroid, and two factors that turn
// a sum of signed query elements into an estimate of its key.
//                                     (RaBitQ: Gao & Long 2024, arXiv:2405.12497, section 3)
//
// With r = x - c, s = the signs of r, a = <s, r> / (sqrt(d) |r|), F = |r| / (a sqrt(d)), and for a
// query q  S = <s, q>, S_c = <s, c>:   <q - c, r> ~ F (S - S_c).  So
//   L2, cosine     key ~ |q - c|^2 + add + mul S     add = |r|^2 + 2 F S_c       mul = -2 F
//   inner product  key ~ -<q, c>   + add + mul S     add = F S_c - <c, r>        mul = -F
// One table of look-ups serves all lists, because S_c was taken into `add`.
// The estimate is unbiased; its error is about kErrorFactor |q - c| |mul| times a standard normal
// number, whatever the list.
#pragma once

#include <cstddef>
#include <cstdint>

#include "extension/ann/metric.h"

namespace sbert::ann {

inline constexpr float kErrorFactor = 0.6f; // sqrt(1 - a^2), a = sqrt(2 / pi)

struct RowFactors {
    float add;
    float mul;
};

// Everything is rotated already (kernels/rotation.h).
//   x, centroid  (d);  residual (d) scratch, left with x - centroid for kernels::set_row_code
// A residual of zero gives mul = 0. Cannot fail; allocates nothing.
RowFactors residual_factors(Metric metric, const float *x, const float *centroid, size_t d,
                            float *residual) noexcept;

// The part of the key that all rows of a list share: |q - c|^2 or -<q, c>. By differences, never by
// |q|^2 + |c|^2 - 2 <q, c>: that cancels where both lie far out and near one another.
float list_base(Metric metric, const float *q, const float *c, size_t d) noexcept;

} // namespace sbert::ann
