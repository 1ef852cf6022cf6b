#include "extension/fit/quality.h"

#include <algorithm>
#include <cmath>

#include "extension/fit/calibration.h"

namespace sbert::fit {

void Quality::add_label(size_t label, bool truth, bool predicted)
{
    counts_[label].hits += truth && predicted;
    counts_[label].predicted += predicted;
    counts_[label].truth += truth;
}

void Quality::add_score(float score, bool right)
{
    // Weights that were written by hand may give NaN.
    const float sound = score > 0 ? score : 0;
    const auto bin = std::min(static_cast<size_t>(sound * float{kBins}), kBins - 1);
    bins_[bin].n++;
    bins_[bin].score += static_cast<double>(score);
    bins_[bin].right += right;
}

void Quality::add(const Shape &shape, const float *row, const float *scores,
                  const std::vector<float> &thresholds)
{
    const auto best = static_cast<size_t>(std::max_element(scores, scores + shape.labels) - scores);
    bool exact = true;
    for (size_t k = 0; k < shape.labels; k++) {
        const bool truth = has_label(shape, row, k);
        const bool predicted = shape.multilabel ? scores[k] >= thresholds[k] : k == best;
        add_label(k, truth, predicted);
        exact = exact && truth == predicted;
        if (shape.multilabel || k == best)
            add_score(scores[k], truth);
    }
    rows_++;
    exact_ += exact;
    loss_ += loss_of_scores(shape, row, scores);
}

double Quality::accuracy() const noexcept
{
    return rows_ == 0 ? 0 : static_cast<double>(exact_) / static_cast<double>(rows_);
}

double Quality::log_loss() const noexcept
{
    return rows_ == 0 ? 0 : loss_ / static_cast<double>(rows_);
}

double Quality::macro_f1() const noexcept
{
    double sum = 0;
    int64_t labels = 0;
    for (const scores::LabelCount &count : counts_) {
        sum += scores::score_of(count).f1;
        labels += count.truth + count.predicted > 0;
    }
    return labels == 0 ? 0 : sum / static_cast<double>(labels);
}

double Quality::weighted_f1() const noexcept
{
    return scores::weighted_average(scores::sums_of(counts_)).f1;
}

double Quality::calibration_error() const noexcept
{
    double error = 0;
    int64_t n = 0;
    for (const Bin &bin : bins_) {
        error += std::fabs(bin.score - bin.right);
        n += bin.n;
    }
    return n == 0 ? 0 : error / static_cast<double>(n);
}

} // namespace sbert::fit
