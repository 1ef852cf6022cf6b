// Scores, correlations and rankings: what no reference tells.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "extension/scores/correlation.h"
#include "extension/scores/label_score.h"
#include "extension/scores/ranking.h"

namespace sbert::scores {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

double measure(RankingMeasure what, std::vector<Result> results, size_t k = 100)
{
    std::vector<double> scratch(results.size());
    return ranking(what, results.data(), results.size(), k, scratch.data(), {});
}

TEST(ScoresLabels, NoLabelAndNoRowAreZero)
{
    for (const LabelScore &score : {micro_average({}), macro_average({}), weighted_average({}),
                                    samples_average({}, {}), score_of({})})
    {
        EXPECT_EQ(score.precision, 0);
        EXPECT_EQ(score.recall, 0);
        EXPECT_EQ(score.f1, 0);
        EXPECT_EQ(score.support, 0);
    }
}

TEST(ScoresRanking, TiesGoAgainstTheSearchWhateverTheirOrder)
{
    std::vector<Result> results = {{1, 2}, {1, 0}, {1, 1}, {0.5, 3}};
    const auto by_y = [](const Result &a, const Result &b) { return a.y < b.y; };
    std::sort(results.begin(), results.end(), by_y);
    do {
        EXPECT_DOUBLE_EQ(measure(RankingMeasure::kReciprocalRank, results), 0.5);
        EXPECT_DOUBLE_EQ(measure(RankingMeasure::kRecall, results, 2), 1.0 / 3);
    } while (std::next_permutation(results.begin(), results.end(), by_y));
}

TEST(ScoresRanking, BelowZeroIsNotRelevantAndGainsNothing)
{
    EXPECT_EQ(measure(RankingMeasure::kNdcg, {{2, -1}, {1, 1}}),
              measure(RankingMeasure::kNdcg, {{2, 0}, {1, 1}}));
    EXPECT_EQ(measure(RankingMeasure::kNdcg, {{2, -1}, {1, 0}}), 0);
    EXPECT_EQ(measure(RankingMeasure::kRecall, {{2, -1}, {1, 1}}, 1), 0);
}

TEST(ScoresRanking, InfiniteScoresHaveAnOrder)
{
    EXPECT_EQ(measure(RankingMeasure::kReciprocalRank, {{-kInfinity, 0}, {kInfinity, 1}}), 1);
    EXPECT_EQ(measure(RankingMeasure::kReciprocalRank, {{-kInfinity, 1}, {kNone, 1}}), 1);
    EXPECT_EQ(measure(RankingMeasure::kPrecision, {{1, 1}}, 4), 0.25);
    EXPECT_EQ(measure(RankingMeasure::kPrecision, {{1, 1}, {0, 0}, {kNone, 1}}, kAllResults), 0.5);
    EXPECT_EQ(measure(RankingMeasure::kPrecision, {{kNone, 1}}, kAllResults), 0);
    EXPECT_EQ(measure(RankingMeasure::kNdcg, {}), 0);
}

TEST(ScoresCorrelation, RanksNeedNoFiniteValues)
{
    std::vector<Pair> pairs = {{-kInfinity, 1}, {0, 2}, {kInfinity, 3}};
    double value = 0;
    EXPECT_TRUE(spearman(pairs.data(), pairs.size(), {}, value));
    EXPECT_DOUBLE_EQ(value, 1);
}

TEST(ScoresCorrelation, WhatOverflowsIsNoNumber)
{
    PearsonSums sums = {};
    double value = 0;
    for (Pair row : {Pair{1e200, 1}, Pair{-1e200, 2}, Pair{1e200, 4}})
        add_row(sums, row);
    EXPECT_TRUE(pearson(sums, value));
    EXPECT_TRUE(std::isnan(value));
}

TEST(ScoresCorrelation, ACancelledQueryEndsTheSort)
{
    std::vector<Pair> pairs;
    for (int i = 0; i < 200'000; i++)
        pairs.push_back({static_cast<double>(i * 7919 % 200'003), static_cast<double>(i)});
    const volatile sig_atomic_t stopped = 1;
    double value = 0;
    EXPECT_THROW(spearman(pairs.data(), pairs.size(), encoder::StopFlag(&stopped), value),
                 encoder::Error);
}

} // namespace
} // namespace sbert::scores
