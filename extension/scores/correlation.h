// Pearson's and Spearman's correlation.
//
// Neither exists where one side has one value only, as for fewer than two rows: the functions then
// return false. A result that rounding brought beyond 1 is 1. Pearson's squares must fit a double:
// differences below 1e-162 count as none, and a sum that overflows gives NaN.
#pragma once

#include <cstddef>
#include <cstdint>

#include "encoder/stop_flag.h"
#include "extension/scores/pair.h"

namespace sbert::scores {

// Means and sums of squared deviations of the rows so far, which stay accurate far from zero where
// sums of squares do not. (Welford 1962; two halves are added as by Chan, Golub and LeVeque 1979)
struct PearsonSums {
    int64_t rows;
    double mean_x, mean_y;
    double xx, yy, xy;
};

void add_row(PearsonSums &sums, Pair row) noexcept;
void add_rows(PearsonSums &sums, const PearsonSums &others) noexcept;
bool pearson(const PearsonSums &sums, double &result) noexcept;

// Pearson's correlation of the ranks; equal values share the mean of their ranks.
//
//   pairs  (n) no NaN; overwritten, whatever happens
//
// Throws Error(kInterrupted). Allocates nothing.
bool spearman(Pair *pairs, size_t n, const encoder::StopFlag &stop, double &result);

} // namespace sbert::scores
