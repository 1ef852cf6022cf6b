// What is certain of the key that an operator gives for a row, by what an index keeps of it.
//
// The index has q' and a decoded x' (extension/ivf/prepare.h), and the error of the latter:
// |x' - decoded| <= error. With L2 and cosine the triangle inequality, with the inner product
// Cauchy and Schwarz's say how far the true key may be from the decoded row's:
//
//   | |q' - x'| - |q' - decoded| | <= error        |<q', x'> - <q', decoded>| <= |q'| error
//
// What floats lose comes on top. In the index: roundings relative to the lengths of what lies in
// it, |q'| and |x'|. In the operator: L2 is a sum over differences, so its error is relative to |q
// - x|, which is not longer than |q'| + |x'|; the inner product's is relative to |q| |x|, the
// lengths of the vectors as they were given; a cosine's to 1. Where data lie far from zero and near
// one another the latter two are what decides: no index can know the operator's order better.
#pragma once

#include <cstddef>

#include "extension/ann/metric.h"

namespace sbert::ann {

// The most that a sum of d products in floats is off by, relative to the product of the lengths:
// it has four parts at least; a rotation and an encoding add a few roundings an element.
double rounding(size_t d) noexcept;
// The same as it happens, where roundings are as often up as down: `errors` standard errors, as
// measured on rows of 2 to 4,096 elements whose mean is 100 and 1,000 times their deviation (0.4 to
// 0.9 of a unit in the last place).
double likely_rounding(size_t d, double errors) noexcept;

// How long the vectors are that floats were lost on.
struct Lengths {
    double query, row;             // |q'|, |x'|
    double given_query, given_row; // |q|, |x|: under cosine 1
};

// What a key may be off by from the operator's, for a row at `distance` |q' - x'|, by roundings
// alone that are relative to the lengths by `rounded`.
double rounding_of_key(Metric metric, double rounded, double distance,
                       const Lengths &lengths) noexcept;

// The least that the operator's key may be: certain.
//   key    of the decoded row
//   error  of the decoded row's vector; infinite: nothing is certain
double least_key(Metric metric, size_t d, double key, double error,
                 const Lengths &lengths) noexcept;
// What the true key is not above, roundings aside, so likely as a standard normal number is below
// `errors`: the error of a code has any direction.
double likely_greatest_key(Metric metric, size_t d, double key, double error, double query,
                           double errors) noexcept;

} // namespace sbert::ann
