// Precision, recall and F1: see label_score.h.
#include "extension/scores/label_score.h"

namespace sbert::scores {
namespace {

double ratio(double part, double whole) noexcept { return whole == 0 ? 0 : part / whole; }

LabelCount sum_of(std::span<const LabelCount> counts) noexcept
{
    LabelCount sum = {};
    for (const LabelCount &count : counts) {
        sum.hits += count.hits;
        sum.predicted += count.predicted;
        sum.truth += count.truth;
    }
    return sum;
}

// Sums of weight * score, over the sum of the weights.
template <class Weight>
LabelScore mean_of(std::span<const LabelCount> counts, Weight weight_of) noexcept
{
    LabelScore mean = {};
    double weights = 0;
    for (const LabelCount &count : counts) {
        const LabelScore score = score_of(count);
        const double weight = weight_of(count);
        weights += weight;
        mean.precision += weight * score.precision;
        mean.recall += weight * score.recall;
        mean.f1 += weight * score.f1;
        mean.support += score.support;
    }
    mean.precision = ratio(mean.precision, weights);
    mean.recall = ratio(mean.recall, weights);
    mean.f1 = ratio(mean.f1, weights);
    return mean;
}

} // namespace

LabelScore score_of(const LabelCount &count) noexcept
{
    const double hits = static_cast<double>(count.hits);
    const double predicted = static_cast<double>(count.predicted);
    const double truth = static_cast<double>(count.truth);
    return {ratio(hits, predicted), ratio(hits, truth), ratio(2 * hits, predicted + truth),
            count.truth};
}

LabelScore micro_average(std::span<const LabelCount> counts) noexcept
{
    return score_of(sum_of(counts));
}

LabelScore macro_average(std::span<const LabelCount> counts) noexcept
{
    return mean_of(counts, [](const LabelCount &) { return 1.0; });
}

LabelScore weighted_average(std::span<const LabelCount> counts) noexcept
{
    return mean_of(counts,
                   [](const LabelCount &count) { return static_cast<double>(count.truth); });
}

void add_sample(SampleSums &sums, const LabelCount &row) noexcept
{
    const LabelScore score = score_of(row);
    add_samples(sums, {1, score.precision, score.recall, score.f1});
}

void add_samples(SampleSums &sums, const SampleSums &others) noexcept
{
    sums.rows += others.rows;
    sums.precision += others.precision;
    sums.recall += others.recall;
    sums.f1 += others.f1;
}

LabelScore samples_average(const SampleSums &sums, std::span<const LabelCount> counts) noexcept
{
    const double rows = static_cast<double>(sums.rows);
    return {ratio(sums.precision, rows), ratio(sums.recall, rows), ratio(sums.f1, rows),
            sum_of(counts).truth};
}

} // namespace sbert::scores
