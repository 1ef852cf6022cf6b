// Rounds of k-means: rows to their nearest centroid, centroids to the mean of their rows.
//
// C++ that throws: in a backend behind run_cpp().
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "encoder/stop_flag.h"

namespace sbert::ann {

// Random numbers that are the same everywhere.     (splitmix64: Steele, Lea & Flood 2014)
class Random {
  public:
    explicit Random(uint64_t seed) : state_(seed) {}
    uint64_t next();
    size_t below(size_t n) { return static_cast<size_t>(next() % n); } // n >= 1
  private:
    uint64_t state_;
};

// Some rows of a matrix.
struct RowSubset {
    const float *x;        // (any, d)
    const uint32_t *index; // (rows) which of them; null: the first `rows`
    size_t rows;
    size_t d;
    size_t number(size_t i) const { return index == nullptr ? i : index[i]; }
    const float *row(size_t i) const { return x + number(i) * d; }
};

// `count` rows of different places, spread over the set.   REQUIRES: 1 <= count <= rows
std::vector<float> random_rows(const RowSubset &set, size_t count, Random *random);

// Rows gathered by their nearest centroid.
struct Groups {
    std::vector<uint32_t> rows; // numbers in the set, one group after another
    std::vector<size_t> from;   // (groups + 1) into rows
};
Groups group_rows(const RowSubset &set, const std::vector<float> &centroids,
                  encoder::StopFlag stop);

// Moves the centroids (lists, d) to the means of their rows, `rounds` times. After each round but
// the last, a centroid without rows becomes a row of one of the largest lists; after the last it is
// dropped: fewer may be left.
void lloyd(const RowSubset &set, int rounds, Random *random, encoder::StopFlag stop,
           std::vector<float> *centroids);

} // namespace sbert::ann
