// The nearest lists of rows, by products of blocks of rows with the centroids.
//
// The score <x, c> - |c|^2 / 2 is greatest for the nearest centroid: |x - c|^2 = |x|^2 - 2 score.
// Above kExactLists the lists are gathered into groups (k-means of their centroids), and a row is
// compared with the lists of its nearest groups only.
//
// C++ that throws std::bad_alloc: in a backend behind run_cpp().
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "encoder/stop_flag.h"

namespace sbert::ann {

// Up to as many lists every row is compared with all of them: groups save little there.
inline constexpr size_t kExactLists = 400;
// Lists that a row is compared with: kCompared and kComparedShare of all. Of 3,052 lists, compared
// with 150 / 200 / 300 / 400 the nearest is found for 0.967 / 0.978 / 0.991 / 0.995 of the rows,
// and recall@10 0.95 scans 9.70 / 9.22 / 8.70 / 8.45 thousand rows; compared with all, 8.58.
inline constexpr size_t kCompared = 64;
inline constexpr double kComparedShare = 0.10;

class NearestLists {
  public:
    // What find() leaves behind: the nearest list alone, or the scores of all lists compared.
    enum class Keep { kNearest, kScores };

    // `compared` lists a row, 0: by the constants above.
    //   centroids  (lists, d); lists >= 1
    // Throws Error(kInterrupted), std::bad_alloc.
    NearestLists(const float *centroids, size_t lists, size_t d, Keep keep,
                 encoder::StopFlag stop = {}, size_t compared = 0);

    size_t block() const { return block_; } // rows of one find(), at most

    //   x     (rows, d)
    //   list, score  (rows) nearest list and its score
    void find(const float *x, size_t rows, uint32_t *list, float *score);

    // The lists that the last find() compared row i with, by Keep::kScores: `count` lists
    // first[0 ...] with their scores.
    struct Part {
        const uint32_t *lists;
        const float *scores;
        size_t count;
    };
    size_t parts() const { return groups_a_row_; }
    Part part(size_t row, size_t number) const;
    // The same scores, all parts one after another.
    const float *scores(size_t row) const { return part(row, 0).scores; }
    size_t count(size_t row) const;

    static size_t bytes_for(size_t lists, size_t d, Keep keep); // about

  private:
    struct Group {
        size_t from, count; // of order_
        size_t panels;      // floats into panels_
    };
    struct Visit {
        uint32_t row;
        size_t at; // of scores_
    };

    void make_groups(const float *centroids, encoder::StopFlag stop);
    void pack(const float *centroids);
    void choose_groups(const float *x, size_t rows);
    void compare_with_group(const float *x, uint32_t group, uint32_t *list, float *score);

    size_t lists_, d_, block_, groups_a_row_ = 1;
    Keep keep_;
    size_t stride_ = 0; // of scores_
    std::vector<Group> groups_;
    std::vector<uint32_t> order_;      // lists, group by group
    std::vector<float> panels_, bias_; // in that order
    std::vector<float> centers_, center_bias_, center_scores_;
    std::vector<uint32_t> chosen_;           // (block, groups_a_row_)
    std::vector<size_t> chosen_at_;          // the same, where their scores begin
    std::vector<std::vector<Visit>> visits_; // of each group
    std::vector<float> gathered_, products_, scores_;
};

// -|c|^2 / 2 of each row.
void center_bias(const float *centroids, size_t lists, size_t d, float *bias);

} // namespace sbert::ann
