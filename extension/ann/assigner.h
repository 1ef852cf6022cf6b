// Finds lists for rows: the nearest, and a second one that is not along the same residual.
//                                                  (SOAR: Sun et al. 2024, arXiv:2404.00774)
//
// The second list has the smallest  |x - c2|^2 + lambda <x - c2, r>^2 / |r|^2,  r = x - c1,
// lambda = 1, among the nearest few dozen. Distances are Euclidean under every
// metric: it is the residuals that have to be short.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "extension/ann/nearest.h"

namespace sbert::ann {

class Assigner {
  public:
    // centroids (lists, d), lists >= 1, are copied. `compared` lists a row: 0, as nearest.h says.
    // Throws Error(kInterrupted), std::bad_alloc. Above kExactLists this takes a moment: 3,000
    // lists of 384 dimensions about 30 ms.
    Assigner(const float *centroids, size_t lists, size_t d, encoder::StopFlag stop = {},
             size_t compared = 0);

    // Rows of `block` are best: kBlock. Any number will do.
    static constexpr size_t kBlock = 256;
    //   x       (rows, d) rotated
    //   first   (rows) nearest list;  second (rows) SOAR's, or the same as first with one list
    // Throws std::bad_alloc.
    void assign(const float *x, size_t rows, uint32_t *first, uint32_t *second);
    static size_t bytes_for(size_t lists, size_t d); // about, without making one

  private:
    uint32_t second_list(const float *x, size_t row, uint32_t first, float first_score);
    float loss(uint32_t list, float distance2) const;

    size_t lists_, d_;
    std::vector<float> centroids_;
    NearestLists nearest_;
    std::vector<float> first_scores_;
    // Of the row at hand: r, |r|^2, <x, r>.
    std::vector<float> residual_;
    float residual2_ = 0, along_ = 0;
};

} // namespace sbert::ann
