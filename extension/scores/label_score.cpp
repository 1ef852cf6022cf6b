#include "extension/scores/label_score.h"

namespace sbert::scores {
namespace {

double ratio(double part, double whole) noexcept { return whole == 0 ? 0 : part / whole; }

void add_weighted(WeightedScores &sums, const LabelScore &score, double weight) noexcept
{
    sums.weights += weight;
    sums.precision += weight * score.precision;
    sums.recall += weight * score.recall;
    sums.f1 += weight * score.f1;
}

LabelScore mean_of(const WeightedScores &sums, int64_t support) noexcept
{
    return {ratio(sums.precision, sums.weights), ratio(sums.recall, sums.weights),
            ratio(sums.f1, sums.weights), support};
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

void add_label(LabelSums &sums, const LabelCount &label) noexcept
{
    const LabelScore score = score_of(label);
    sums.all.hits += label.hits;
    sums.all.predicted += label.predicted;
    sums.all.truth += label.truth;
    add_weighted(sums.equal, score, 1);
    add_weighted(sums.by_support, score, static_cast<double>(label.truth));
}

LabelSums sums_of(std::span<const LabelCount> labels) noexcept
{
    LabelSums sums;
    for (const LabelCount &label : labels)
        add_label(sums, label);
    return sums;
}

LabelScore micro_average(const LabelSums &sums) noexcept { return score_of(sums.all); }

LabelScore macro_average(const LabelSums &sums) noexcept
{
    return mean_of(sums.equal, sums.all.truth);
}

LabelScore weighted_average(const LabelSums &sums) noexcept
{
    return mean_of(sums.by_support, sums.all.truth);
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

LabelScore samples_average(const SampleSums &sums, const LabelSums &labels) noexcept
{
    const double rows = static_cast<double>(sums.rows);
    return {ratio(sums.precision, rows), ratio(sums.recall, rows), ratio(sums.f1, rows),
            labels.all.truth};
}

} // namespace sbert::scores
