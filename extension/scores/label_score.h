// Precision, recall and F1 from counts, and their averages over labels (van Rijsbergen, Information
// Retrieval, chapter 7). The averages are those of scikit-learn's precision_recall_fscore_support
// with zero_division=0.
//
// A figure that would divide by zero is 0: the precision of a label that was never predicted, the
// recall of a label that was never true, and every average over no label.
//
// Cannot fail; allocates nothing; any thread.
#pragma once

#include <cstdint>
#include <span>

namespace sbert::scores {

// How often one label was true, was predicted, and was both at once.
struct LabelCount {
    int64_t hits;
    int64_t predicted;
    int64_t truth;
};

struct LabelScore {
    double precision; // hits / predicted
    double recall;    // hits / truth
    double f1;        // 2 hits / (predicted + truth)
    int64_t support;  // truth
};

LabelScore score_of(const LabelCount &count) noexcept;

// Sums of weight * score, and of the weights.
struct WeightedScores {
    double weights = 0;
    double precision = 0;
    double recall = 0;
    double f1 = 0;
};

// The sums that the averages need. Labels are added one by one, so that a report over millions of
// them can poll for a cancel in between.
struct LabelSums {
    LabelCount all = {};
    WeightedScores equal;      // each label weighs the same
    WeightedScores by_support; // each label weighs its support
};

void add_label(LabelSums &sums, const LabelCount &label) noexcept;
LabelSums sums_of(std::span<const LabelCount> labels) noexcept;

// The score of the sums of all counts.
LabelScore micro_average(const LabelSums &sums) noexcept;
// The mean of the labels' scores.
LabelScore macro_average(const LabelSums &sums) noexcept;
// The mean of the labels' scores, each weighing its support.
LabelScore weighted_average(const LabelSums &sums) noexcept;

// The mean of the scores of rows that have sets of labels ("samples" in scikit-learn). The sums of
// two halves of the rows may be added.
struct SampleSums {
    int64_t rows;
    double precision;
    double recall;
    double f1;
};

// Adds a row: the numbers of labels in both of its sets, of predicted labels and of true labels.
void add_sample(SampleSums &sums, const LabelCount &row) noexcept;
void add_samples(SampleSums &sums, const SampleSums &others) noexcept;
LabelScore samples_average(const SampleSums &sums, const LabelSums &labels) noexcept;

} // namespace sbert::scores
