// How well rows were predicted that the weights were not fitted to.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "extension/learn/block.h"
#include "extension/scores/label_score.h"

namespace sbert::learn {

class Quality {
  public:
    Quality() = default;
    explicit Quality(const Shape &shape) : counts_(shape.labels) {}

    // One row with its scores; `thresholds` (K) of multilabel classifiers.
    void add(const Shape &shape, const float *row, const float *scores,
             const std::vector<float> &thresholds);

    int64_t rows() const noexcept { return rows_; }
    double
    accuracy() const noexcept; // share of rows with their label, with just their set of labels
    double log_loss() const noexcept; // mean over rows
    // Mean difference of a score and how often it is right, over 15 bins of equal width: of the
    // best label; of all labels of multilabel ones. (Naeini et al. 2015, expected calibration
    // error.)
    double calibration_error() const noexcept;
    const std::vector<scores::LabelCount> &counts() const noexcept { return counts_; } // (K)
    // Over the labels that some row has or was given, as scikit-learn's.
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

} // namespace sbert::learn
