// What turns logits into scores that mean what they say, and scores into sets of labels; both are
// chosen on rows that the weights were not fitted to.
//
// Temperature: scores are softmax (or sigmoid) of logits / T, T the one of least log loss.
// (Guo et al. 2017, "On Calibration of Modern Neural Networks", arXiv:1706.04599.)
// Thresholds: a label is given from the score on whose F1 is the highest.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "extension/learn/block.h"

namespace sbert::learn {

// Scores of n rows at a temperature, in place of their logits; rows `width` apart, a multiple
// of 32.
void scores_of_logits(const Shape &shape, float *logits, size_t n, size_t width,
                      double temperature) noexcept;

// The log loss of one row's scores; of a set of labels the sum over all labels.
double loss_of_scores(const Shape &shape, const float *row, const float *scores) noexcept;

class TemperatureSearch {
  public:
    // Of n <= block_rows() rows.
    void add(const Shape &shape, const float *rows, size_t n, const float *logits, size_t width);
    double best() const noexcept;      // 1 where there was no row
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
    std::vector<float> best() const; // (K); 0.5 where a label has no row
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

} // namespace sbert::learn
