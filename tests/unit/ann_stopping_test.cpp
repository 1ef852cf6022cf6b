// The stop rule: what it says, and that fitting it to searches gives the recall asked for.
#include "extension/ann/stopping.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace sbert::ann {
namespace {

bool enough(const StopRule &rule, const Progress &progress, uint32_t k, float target_recall)
{
    return enough(rule, stop_level(rule, k, target_recall), progress);
}

constexpr float kInfinity = std::numeric_limits<float>::infinity();

StopRule simple_rule()
{
    StopRule rule = {};
    rule.weight_margin = 1;
    rule.scale = 2;
    for (size_t cutoff = 0; cutoff < kCutoffs; cutoff++) {
        for (size_t level = 0; level < kLevels; level++) {
            rule.threshold[cutoff][level] = static_cast<float>(10 * cutoff + level);
            rule.cap[cutoff][level] = static_cast<uint32_t>(100 * (cutoff + 1));
            rule.mean_probes[cutoff][level] = static_cast<float>(10 * (cutoff + 1) + level);
        }
    }
    return rule;
}

TEST(Stopping, ComparesTheSumWithTheThreshold)
{
    const StopRule rule = simple_rule();
    EXPECT_FLOAT_EQ(stop_sum(rule, {1, 0, 9, 5}), 4);
    EXPECT_TRUE(enough(rule, {1, 0, 9, 5}, 10, 0.95f));   // 4 > 3
    EXPECT_FALSE(enough(rule, {1, 0, 6, 5}, 10, 0.95f));  // 2.5
    EXPECT_TRUE(enough(rule, {1, 0, 6, 100}, 10, 0.95f)); // the cap
    EXPECT_FALSE(enough(rule, {1, 0, 1e9f, 1u << 30}, 10, 1.0f));
    EXPECT_FALSE(enough(rule, {kInfinity, 0, 9, 1000}, 10, 0.5f)); // fewer than k seen
    EXPECT_FALSE(enough(rule, {1, 0, 9, 0}, 10, 0.5f));
}

TEST(Stopping, WithoutAScaleTheCapAloneStops)
{
    const StopRule rule = default_rule(1000);
    const uint32_t cap = stop_level(rule, 10, 0.95f).cap;
    EXPECT_FALSE(enough(rule, {1e6f, 1e6f, 1e9f, cap - 1}, 10, 0.95f));
    EXPECT_TRUE(enough(rule, {1e6f, 1e6f, 1e9f, cap}, 10, 0.95f));
}

TEST(Stopping, InterpolatesLevelsAndDepths)
{
    const StopRule rule = simple_rule();
    EXPECT_FLOAT_EQ(stop_level(rule, 1, 0.1f).threshold, 0);
    EXPECT_FLOAT_EQ(stop_level(rule, 10, 0.90f).threshold, 2);
    EXPECT_FLOAT_EQ(stop_level(rule, 100, 0.90f).threshold, 12);
    EXPECT_NEAR(stop_level(rule, 32, 0.90f).threshold, 9.5, 0.1);
    EXPECT_FLOAT_EQ(stop_level(rule, 1000, 0.995f).threshold, 27);
    EXPECT_EQ(stop_level(rule, 100, 0.97f).cap, 200u);
    EXPECT_EQ(stop_level(rule, 5000, 0.97f).cap, 1500u);
    float last = -1;
    for (float recall = 0.5f; recall < 1; recall += 0.003f) {
        const float threshold = stop_level(rule, 10, recall).threshold;
        EXPECT_GE(threshold, last);
        last = threshold;
    }
    EXPECT_GT(stop_level(rule, 10, 0.999f).threshold, 7);
    EXPECT_FLOAT_EQ(expected_probes(rule, 10, 0.90f), 12);
    EXPECT_FLOAT_EQ(expected_probes(rule, 10, 1.0f), 300);
}

// Beyond the deepest k that is measured less may be missed.
TEST(Stopping, DeepSearchesAimHigher)
{
    const StopRule rule = simple_rule();
    EXPECT_NEAR(stop_level(rule, 4000, 0.96f).threshold, stop_level(rule, 1000, 0.99f).threshold,
                1e-3);
}

// A target so near to 1 that 1 is what is aimed at beyond the deepest k that is measured.
TEST(Stopping, ARecallThatRoundsToOneProbesEverything)
{
    const StopRule rule = simple_rule();
    const float nearly = std::nextafterf(1, 0);
    for (uint32_t k : {2000u, 10000u, 1u << 18, 1u << 31}) {
        const StopLevel level = stop_level(rule, k, nearly);
        EXPECT_TRUE(std::isfinite(level.threshold));
        EXPECT_EQ(level.cap, std::numeric_limits<uint32_t>::max());
        EXPECT_FALSE(enough(rule, level, {1, 0, 1e9f, 1u << 30}));
        EXPECT_EQ(expected_probes(rule, k, nearly), expected_probes(rule, k, 1.0f));
    }
    EXPECT_TRUE(std::isfinite(stop_level(rule, 10, nearly).threshold));
    EXPECT_TRUE(std::isfinite(expected_probes(rule, 1000, nearly)));
}

// Of a metapage that is damaged: what is no number stops a search by the caps alone.
TEST(Stopping, NumbersThatAreNoneAreHarmless)
{
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (float bad : {nan, kInfinity, -kInfinity}) {
        for (int which = 0; which < 6; which++) {
            StopRule rule = simple_rule();
            float *single[] = {&rule.weight_margin, &rule.weight_probes, &rule.weight_spread,
                               &rule.scale};
            if (which < 4)
                *single[which] = bad;
            else
                std::fill_n(which == 4 ? rule.threshold[0] : rule.mean_probes[0],
                            kCutoffs * kLevels, bad);
            for (uint32_t k : {1u, 10u, 32u, 1000u, 5000u}) {
                for (float recall : {0.5f, 0.95f, 0.999f}) {
                    const StopLevel level = stop_level(rule, k, recall);
                    EXPECT_TRUE(enough(rule, level, {1, 0, 9, level.cap}));
                    const float probes = expected_probes(rule, k, recall);
                    EXPECT_GE(probes, 1);
                    EXPECT_LE(probes, expected_probes(rule, k, 1.0f) * std::max(k / 1000.0f, 1.0f));
                }
            }
        }
    }
}

TEST(Stopping, TheDefaultRuleIsOrderedAndWithinTheLists)
{
    for (size_t lists : {0u, 1u, 5u, 64u, 3000u, 100000u}) {
        const StopRule rule = default_rule(lists);
        for (size_t cutoff = 0; cutoff < kCutoffs; cutoff++) {
            for (size_t level = 0; level < kLevels; level++) {
                EXPECT_GE(rule.cap[cutoff][level], 1u);
                EXPECT_LE(rule.cap[cutoff][level], std::max<size_t>(lists, 1));
                EXPECT_GE(rule.mean_probes[cutoff][level], 1);
                if (level > 0) {
                    EXPECT_GE(rule.threshold[cutoff][level], rule.threshold[cutoff][level - 1]);
                    EXPECT_GE(rule.cap[cutoff][level], rule.cap[cutoff][level - 1]);
                }
            }
        }
    }
}

// A search whose neighbours lie in lists by chance: near ones first; hard ones further on.
Trace random_trace(uint32_t k, size_t lists, std::mt19937 *generator)
{
    std::uniform_real_distribution<float> uniform;
    const float hardness = 1 + 9 * uniform(*generator);
    std::vector<size_t> at(k);
    for (size_t &list : at)
        list =
            std::min(lists - 1, static_cast<size_t>(-hardness * std::log(1 - uniform(*generator))));
    Trace trace;
    for (size_t seen = 1; seen <= lists; seen++) {
        const auto found = std::count_if(at.begin(), at.end(), [&](size_t l) { return l < seen; });
        const float next_base = 1 + 0.05f * std::log(static_cast<float>(seen));
        const float kth_key = seen * 8 < k ? kInfinity
                                           : 0.9f + 0.02f * hardness * (1 + 1 / float(seen)) +
                                                 0.005f * uniform(*generator);
        trace.steps.push_back({kth_key, 1, next_base, static_cast<uint32_t>(seen)});
        trace.found.push_back(static_cast<uint16_t>(found));
    }
    return trace;
}

std::vector<Trace> random_traces(size_t n, uint32_t k, size_t lists, uint32_t seed)
{
    std::mt19937 generator(seed);
    std::vector<Trace> traces;
    for (size_t i = 0; i < n; i++)
        traces.push_back(random_trace(k, lists, &generator));
    return traces;
}

struct Outcome {
    double recall, lists;
};

Outcome run(const StopRule &rule, const std::vector<Trace> &traces, uint32_t k, float target)
{
    Outcome mean = {0, 0};
    for (const Trace &trace : traces) {
        size_t i = 0;
        while (i + 1 < trace.steps.size() && !enough(rule, trace.steps[i], k, target))
            i++;
        mean.recall += trace.found[i] / static_cast<double>(k) / static_cast<double>(traces.size());
        mean.lists += trace.steps[i].seen / static_cast<double>(traces.size());
    }
    return mean;
}

void expect_ordered(const StopRule &rule, size_t lists)
{
    for (size_t cutoff = 0; cutoff < kCutoffs; cutoff++) {
        for (size_t level = 0; level < kLevels; level++) {
            EXPECT_TRUE(std::isfinite(rule.threshold[cutoff][level]));
            EXPECT_GE(rule.cap[cutoff][level], 1u);
            EXPECT_LE(rule.cap[cutoff][level], lists);
            if (level > 0) {
                EXPECT_GE(rule.threshold[cutoff][level], rule.threshold[cutoff][level - 1]);
                EXPECT_GE(rule.cap[cutoff][level], rule.cap[cutoff][level - 1]);
                EXPECT_GE(rule.mean_probes[cutoff][level], rule.mean_probes[cutoff][level - 1]);
            }
        }
    }
}

TEST(Fit, GivesTheRecallAskedFor)
{
    const size_t lists = 300;
    const std::vector<Trace> traces[kCutoffs] = {random_traces(400, 10, lists, 1),
                                                 random_traces(100, 100, lists, 2),
                                                 random_traces(40, 1000, lists, 3)};
    const StopRule rule = fit(traces, lists, 0.5f);
    expect_ordered(rule, lists);
    for (size_t cutoff = 0; cutoff < kCutoffs; cutoff++) {
        for (size_t level = 0; level < kLevels; level++) {
            const Outcome outcome =
                run(rule, traces[cutoff], kCutoffOf[cutoff], kRecallLevels[level]);
            EXPECT_GE(outcome.recall, kRecallLevels[level] - 1e-3);
            EXPECT_NEAR(outcome.lists, rule.mean_probes[cutoff][level], outcome.lists * 0.01 + 0.1);
        }
    }
    // Searches that it has not seen.
    const std::vector<Trace> others = random_traces(400, 10, lists, 4);
    EXPECT_NEAR(run(rule, others, 10, 0.9f).recall, 0.9, 0.03);
    EXPECT_NEAR(run(rule, others, 10, 0.99f).recall, 0.99, 0.01);
}

TEST(Fit, KeepsAReserveOfStandardErrors)
{
    const size_t lists = 300;
    const std::vector<Trace> traces[kCutoffs] = {random_traces(100, 10, lists, 6), {}, {}};
    const Outcome plain = run(fit(traces, lists, 0.5f), traces[0], 10, 0.9f);
    const Outcome careful = run(fit(traces, lists, 0.5f, 2), traces[0], 10, 0.9f);
    EXPECT_GT(careful.recall, plain.recall + 0.005);
    EXPECT_LT(careful.recall, plain.recall + 0.1);
}

TEST(Fit, LooksAtTheQuery)
{
    const size_t lists = 300;
    const std::vector<Trace> traces[kCutoffs] = {random_traces(400, 10, lists, 5), {}, {}};
    const StopRule rule = fit(traces, lists, 0.5f);
    const Outcome adaptive = run(rule, traces[0], 10, 0.95f);
    size_t count = 1;
    double recall = 0;
    for (; recall < 0.95; count++) {
        recall = 0;
        for (const Trace &trace : traces[0])
            recall += trace.found[count - 1] / 10.0 / static_cast<double>(traces[0].size());
    }
    EXPECT_LT(adaptive.lists, 0.95 * static_cast<double>(count - 1));
}

TEST(Fit, DepthsThatWereNotMeasuredSeeAllLists)
{
    const size_t lists = 300;
    const std::vector<Trace> traces[kCutoffs] = {random_traces(100, 10, lists, 6), {}, {}};
    const StopRule rule = fit(traces, lists, 0.5f);
    expect_ordered(rule, lists);
    EXPECT_LT(expected_probes(rule, 10, 0.9f), 100);
    EXPECT_EQ(expected_probes(rule, 1000, 0.9f), 300);
    const Progress late = {0, 0, 1e6f, 299};
    EXPECT_TRUE(enough(rule, late, 10, 0.9f));
    EXPECT_FALSE(enough(rule, late, 200, 0.9f));
    EXPECT_FALSE(enough(rule, late, 1000, 0.9f));
}

TEST(Fit, SurvivesSearchesThatSayNothing)
{
    const std::vector<Trace> none[kCutoffs] = {};
    const StopRule unmeasured = fit(none, 50, 0.25f);
    EXPECT_EQ(unmeasured.scale, 0.25f);
    EXPECT_EQ(unmeasured.weight_margin, default_rule(50).weight_margin);

    Trace empty, unfinished, at_once, never;
    unfinished.steps = {{kInfinity, 1, 1, 1}, {kInfinity, 1, 2, 2}};
    unfinished.found = {0, 0};
    at_once.steps = {{1, 1, 1, 1}, {1, 1, 1, 2}};
    at_once.found = {10, 10};
    never.steps = {{1, 1, 1, 1}, {1, 1, 1, 2}};
    never.found = {0, 0};
    const std::vector<std::vector<Trace>> sets = {
        {empty}, {unfinished}, {at_once}, {never}, {empty, unfinished, at_once, never}};
    for (const std::vector<Trace> &set : sets) {
        const std::vector<Trace> traces[kCutoffs] = {set, {}, {}};
        expect_ordered(fit(traces, 2, 0), 2);
    }
}

TEST(Fit, SeparableClassesStayFinite)
{
    // Everything is found once the margin is positive, nothing before.
    std::vector<Trace> traces[kCutoffs];
    for (int q = 0; q < 50; q++) {
        Trace trace;
        for (uint32_t seen = 1; seen <= 40; seen++) {
            trace.steps.push_back({1, 0, 0.5f + 0.02f * static_cast<float>(seen + q % 5), seen});
            trace.found.push_back(trace.steps.back().next_base > 1 ? 10 : 0);
        }
        traces[0].push_back(trace);
    }
    const StopRule rule = fit(traces, 40, 0.5f);
    expect_ordered(rule, 40);
    EXPECT_LT(rule.weight_margin, 1e4f);
    EXPECT_GE(run(rule, traces[0], 10, 0.99f).recall, 0.99);
}

} // namespace
} // namespace sbert::ann
