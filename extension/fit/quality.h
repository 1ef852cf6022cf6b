// Measures how well rows were predicted that the weights were not fitted to.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "extension/fit/block.h"
#include "extension/scores/label_score.h"

namespace sbert::fit {

class Quality {
  public:
    Quality() = default;
    explicit Quality(const Shape &shape) : counts_(shape.labels) {}

    // Adds a row with its scores. `thresholds` (K) are those of multilabel classifiers.
    void add(const Shape &shape, const float *row, const float *scores,
             const std::vector<float> &thresholds);

    int64_t rows() const noexcept { return rows_; }
    // The share of rows whose label, or whose whole set of labels, was predicted.
    double accuracy() const noexcept;
    double log_loss() const noexcept; // mean over rows
    // The mean difference between a score and how often it is right, over 15 bins of equal width.
    // It is over the best labels, or with multilabel classifiers over all labels (Naeini et al.
    // 2015, expected calibration error).
    double calibration_error() const noexcept;
    const std::vector<scores::LabelCount> &counts() const noexcept { return counts_; } // (K)
    // The mean over the labels that some row has or was given, as in scikit-learn.
    double macro_f1() const noexcept;
    double weighted_f1() const noexcept;

  private:
    static constexpr size_t kBins = 15;
    struct Bin {
        int64_t n;
        double score, right;
    };
    void add_label(size_t label, bool truth, bool predicted);
    void add_score(float score, bool right);

    int64_t rows_ = 0, exact_ = 0;
    double loss_ = 0;
    std::array<Bin, kBins> bins_ = {};
    std::vector<scores::LabelCount> counts_;
};

} // namespace sbert::fit
