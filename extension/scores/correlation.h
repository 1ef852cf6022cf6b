// Pearson's and Spearman's correlation.
//
// Neither exists if one side has only one value, as with fewer than two rows. The functions then
// return false. A result that rounding makes larger than 1 is 1. Pearson's squares must fit into a
// double: differences below 1e-162 count as zero, and a sum that overflows gives NaN.
#pragma once

#include <cstddef>
#include <cstdint>

#include "encoder/stop_flag.h"
#include "extension/scores/pair.h"

namespace sbert::scores {

// Means and sums of squared deviations of the rows so far. Unlike sums of squares, these stay
// accurate for values far from zero (Welford 1962). Two halves are added as in Chan, Golub and
// LeVeque 1979.
struct PearsonSums {
    int64_t rows;
    double mean_x, mean_y;
    double xx, yy, xy;
};

void add_row(PearsonSums &sums, Pair row) noexcept;
void add_rows(PearsonSums &sums, const PearsonSums &others) noexcept;
bool pearson(const PearsonSums &sums, double &result) noexcept;

// Pearson's correlation of the ranks. Equal values share the mean of their ranks.
//
//   pairs  (n) no NaN; overwritten, even after an error
//
// Throws Error(kInterrupted). Allocates nothing.
bool spearman(Pair *pairs, size_t n, const encoder::StopFlag &stop, double &result);

} // namespace sbert::scores
