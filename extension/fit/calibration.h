// The temperature turns logits into scores that are true probabilities, and thresholds turn scores
// into sets of labels. Both are chosen on rows that the weights were not fitted to.
//
// Scores are softmax (or sigmoid) of logits / T, where T has the least log loss (Guo et al. 2017,
// "On Calibration of Modern Neural Networks", arXiv:1706.04599). The threshold of a label is the
// score with the highest F1.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "extension/fit/block.h"

namespace sbert::fit {

// Overwrites the logits of n rows with their scores at a temperature. Rows are `width` floats
// apart, a multiple of 32.
void scores_of_logits(const Shape &shape, float *logits, size_t n, size_t width,
                      double temperature) noexcept;

// The log loss of one row's scores. With sets of labels it is the sum over all labels.
double loss_of_scores(const Shape &shape, const float *row, const float *scores) noexcept;

class TemperatureSearch {
  public:
    // Adds n <= block_rows() rows.
    void add(const Shape &shape, const float *rows, size_t n, const float *logits, size_t width);
    double best() const noexcept;      // 1 if there was no row
    double best_loss() const noexcept; // the mean loss of a row at the best step

  private:
    static constexpr size_t kSteps = 25; // 1/8 ... 8
    static double temperature(double step) noexcept;
    std::array<double, kSteps> posterior() const noexcept;
    std::array<double, kSteps> losses_ = {};
    int64_t rows_ = 0;
    std::vector<float> scores_;
};

class ThresholdSearch {
  public:
    explicit ThresholdSearch(const Shape &shape);
    void add(const float *rows, size_t n, const float *scores, size_t width);
    std::vector<float> best() const; // (K); 0.5 if a label has no row
    static size_t bytes(const Shape &shape) noexcept { return shape.labels * kBins * sizeof(Bin); }

  private:
    static constexpr size_t kBins = 200; // of equal width
    struct Bin {
        int64_t with, without;
    };
    float best_of(const Bin *bins) const;
    Shape shape_;
    std::vector<Bin> bins_; // (K, kBins)
};

} // namespace sbert::fit
