// Centroids by k-means, by matrix products over kernels/linear.h.
//
// Above a few hundred lists in two levels: the sample is split into about sqrt(lists) groups, each
// group into its share of lists, then a few rounds over all lists near a row (lloyd.h, nearest.h).
// Deterministic: the same sample and seed give the same centroids on one machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "encoder/stop_flag.h"
#include "extension/ann/assigner.h"

namespace sbert::ann {

struct KMeansInput {
    const float *sample; // (rows, d), rotated; unit length for cosine
    size_t rows;
    size_t d;
    size_t lists; // wanted; fewer come back when the sample has fewer different rows
    uint64_t seed;
    size_t memory; // bytes for everything beside the sample: fewer lists if they do not fit
};

// Centroids (lists, d): at least one unless there are no rows. Throws Error(kInterrupted),
// std::bad_alloc.
std::vector<float> kmeans(const KMeansInput &input, encoder::StopFlag stop);

// About what kmeans() needs beside the sample.
size_t kmeans_bytes(size_t lists, size_t rows, size_t d);

// How many lists an index of so many rows has: 6 sqrt(rows), but 32 rows a list at least; and rows
// of a sample that are enough to train so many. A sample is better larger, and rounds matter
// little:
//
// 258,745 texts as MiniLM vectors, 500 others as queries; lists probed / thousand rows scanned
// for recall@10, every row in two lists, a fixed number of lists for all queries:
//   lists  sample   last rounds  0.90         0.95         0.99
//   2,034   60,000  3 rounds   13 / 4.76    29 / 9.97    123 / 37.0
//   3,052   60,000  3          16 / 4.09    35 / 8.48    145 / 31.2
//   4,069   60,000  3          19 / 3.82    41 / 7.85    164 / 28.6
//   3,052   60,000  2          16 / 4.07    35 / 8.45    150 / 32.0
//   3,052   60,000  1          16 / 4.06    35 / 8.41    170 / 35.6
//   3,052   15,000  3          22 / 11.39   45 / 19.57   153 / 54.1
//   3,052   30,000  3          18 / 7.63    40 / 14.55   169 / 47.0
//   3,052  120,000  3          15 / 3.38    33 / 7.15    148 / 28.9
//   3,052  all      3          13 / 2.32    30 / 5.24    142 / 23.9
// and after one more round over all rows (new means from the rows that were assigned):
//   3,052   30,000  3 + 1      14 / 5.43    35 / 11.78   195 / 47.2
//   3,052   60,000  3 + 1      14 / 3.43    29 / 6.75    142 / 29.5
// Few rows a list leave lopsided lists: the largest of 15,000 has 2,428 entries, of all rows 549.
size_t lists_for(double rows);
size_t sample_rows_for(size_t lists);

} // namespace sbert::ann
