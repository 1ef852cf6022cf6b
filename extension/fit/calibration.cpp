#include "extension/fit/calibration.h"

#include <algorithm>
#include <cmath>

#include "encoder/kernels/activation.h"
#include "encoder/kernels/rows.h"

namespace sbert::fit {

void scores_of_logits(const Shape &shape, float *logits, size_t n, size_t width,
                      double temperature) noexcept
{
    const auto sharpness = static_cast<float>(1 / temperature);
    if (!shape.multilabel) {
        kernels::softmax(logits, n, shape.labels, width, sharpness);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        kernels::scale(logits + i * width, sharpness, shape.labels);
        kernels::sigmoid(logits + i * width, shape.labels);
    }
}

double loss_of_scores(const Shape &shape, const float *row, const float *scores) noexcept
{
    // The size of the rounding error of 1 - score.
    constexpr float kLeast = 1e-7f;
    if (!shape.multilabel)
        return -std::log(
            static_cast<double>(std::max(scores[word_at(row, shape.labels_at())], kLeast)));
    double loss = 0;
    for (size_t k = 0; k < shape.labels; k++) {
        const float right = has_label(shape, row, k) ? scores[k] : 1 - scores[k];
        loss -= std::log(static_cast<double>(std::max(right, kLeast)));
    }
    return loss;
}

// ---- temperature -------------------------------------------------------------------------------

double TemperatureSearch::temperature(double step) noexcept { return std::exp2(step / 4 - 3); }

void TemperatureSearch::add(const Shape &shape, const float *rows, size_t n, const float *logits,
                            size_t width)
{
    scores_.resize(shape.block_rows() * width);
    for (size_t step = 0; step < kSteps; step++) {
        std::copy_n(logits, n * width, scores_.data());
        scores_of_logits(shape, scores_.data(), n, width, temperature(static_cast<double>(step)));
        for (size_t i = 0; i < n; i++)
            losses_[step] +=
                loss_of_scores(shape, rows + i * shape.stride(), scores_.data() + i * width);
    }
    rows_ += static_cast<int64_t>(n);
}

// A few rows that were all predicted right would have the least loss with the sharpest scores. So a
// prior favours the temperature 1. It is a normal distribution of the temperature's logarithm.
std::array<double, TemperatureSearch::kSteps> TemperatureSearch::posterior() const noexcept
{
    // The loss that the prior adds for a factor of e.
    constexpr double kPrior = 4;
    std::array<double, kSteps> losses = losses_;
    for (size_t step = 0; step < kSteps; step++) {
        const double distance = std::log(temperature(static_cast<double>(step)));
        losses[step] += kPrior * distance * distance;
    }
    return losses;
}

// The lowest point of the parabola through the best step and its neighbours.
double TemperatureSearch::best() const noexcept
{
    if (rows_ == 0)
        return 1;
    const std::array<double, kSteps> losses = posterior();
    const auto at =
        static_cast<size_t>(std::min_element(losses.begin(), losses.end()) - losses.begin());
    double step = static_cast<double>(at);
    if (at > 0 && at + 1 < kSteps) {
        const double before = losses[at - 1] - losses[at], after = losses[at + 1] - losses[at];
        if (before + after > 0)
            step += (before - after) / (2 * (before + after));
    }
    return temperature(step);
}

double TemperatureSearch::best_loss() const noexcept
{
    if (rows_ == 0)
        return 0;
    const std::array<double, kSteps> losses = posterior();
    return *std::min_element(losses.begin(), losses.end()) / static_cast<double>(rows_);
}

// ---- thresholds --------------------------------------------------------------------------------

ThresholdSearch::ThresholdSearch(const Shape &shape) : shape_(shape), bins_(shape.labels * kBins) {}

void ThresholdSearch::add(const float *rows, size_t n, const float *scores, size_t width)
{
    for (size_t i = 0; i < n; i++) {
        const float *row = rows + i * shape_.stride();
        for (size_t k = 0; k < shape_.labels; k++) {
            const auto bin = static_cast<size_t>(scores[i * width + k] * float{kBins});
            Bin &b = bins_[k * kBins + std::min(bin, kBins - 1)];
            (has_label(shape_, row, k) ? b.with : b.without)++;
        }
    }
}

// Computes F1 = 2 hits / (given + rows with the label) from the highest threshold down.
float ThresholdSearch::best_of(const Bin *bins) const
{
    int64_t all = 0, hits = 0, given = 0;
    for (size_t i = 0; i < kBins; i++)
        all += bins[i].with;
    double best = 0;
    float threshold = 0.5f;
    for (size_t i = kBins; i-- > 0;) {
        hits += bins[i].with;
        given += bins[i].with + bins[i].without;
        const double f1 = 2 * static_cast<double>(hits) / static_cast<double>(given + all);
        if (hits > 0 && f1 > best) {
            best = f1;
            threshold = static_cast<float>(i) / float{kBins};
        }
    }
    return threshold;
}

std::vector<float> ThresholdSearch::best() const
{
    std::vector<float> thresholds;
    for (size_t k = 0; k < shape_.labels; k++)
        thresholds.push_back(best_of(&bins_[k * kBins]));
    return thresholds;
}

} // namespace sbert::fit
