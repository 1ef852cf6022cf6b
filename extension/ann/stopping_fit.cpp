// The rule of an index from searches measured on it.
#include <algorithm>
#include <array>
#include <cmath>

#include <Eigen/Cholesky>

#include "extension/ann/stopping.h"

namespace sbert::ann {
namespace {

constexpr size_t kFeatures = 3;                 // margin, ln(seen), spread
constexpr size_t kTerms = kFeatures + kCutoffs; // and a constant for each cutoff
constexpr int kNewtonSteps = 12;
constexpr double kRidge = 1e-3;  // of the number of examples: separable classes stay finite
constexpr float kGrowth = 1.08f; // of lists seen between the steps taken as examples
constexpr double kCapQuantile = 0.99, kCapFactor = 2; // cap: twice what 99 of 100 searches see
constexpr float kAlways = -1e30f;
constexpr float kNever = 1e30f; // finite: levels are interpolated

struct Example {
    std::array<double, kFeatures> x;
    size_t cutoff;
    double y; // share found
};

bool is_known(const Progress &progress)
{
    return std::isfinite(progress.kth_key) && progress.seen > 0;
}

// Steps spread evenly over ln(seen): early decisions matter as much as late ones.
std::vector<Example> make_examples(const std::vector<Trace> (&traces)[kCutoffs], float scale)
{
    std::vector<Example> examples;
    for (size_t cutoff = 0; cutoff < kCutoffs; cutoff++) {
        for (const Trace &trace : traces[cutoff]) {
            float next = 0;
            for (size_t i = 0; i < trace.steps.size(); i++) {
                const Progress &p = trace.steps[i];
                if (!is_known(p) || static_cast<float>(p.seen) < next)
                    continue;
                next = static_cast<float>(p.seen) * kGrowth;
                examples.push_back({{(p.next_base - p.kth_key) / scale, std::log(double(p.seen)),
                                     (p.next_base - p.first_base) / scale},
                                    cutoff,
                                    double(trace.found[i]) / kCutoffOf[cutoff]});
            }
        }
    }
    return examples;
}

using Terms = Eigen::Matrix<double, kTerms, 1>;
using Matrix = Eigen::Matrix<double, kTerms, kTerms>;

Terms terms_of(const Example &example, const std::array<bool, kFeatures> &used)
{
    Terms t = Terms::Zero();
    for (size_t i = 0; i < kFeatures; i++)
        t[i] = used[i] ? example.x[i] : 0;
    t[kFeatures + example.cutoff] = 1;
    return t;
}

// Newton's method for the fractional logit; steps are cut to length 2, so that it cannot run away.
Terms regress(const std::vector<Example> &examples, const std::array<bool, kFeatures> &used)
{
    const double ridge = kRidge * static_cast<double>(examples.size());
    Terms w = Terms::Zero();
    for (int step = 0; step < kNewtonSteps; step++) {
        Matrix hessian = ridge * Matrix::Identity();
        Terms gradient = -ridge * w;
        for (const Example &example : examples) {
            const Terms t = terms_of(example, used);
            const double p = 1 / (1 + std::exp(-w.dot(t)));
            gradient += (example.y - p) * t;
            hessian += p * (1 - p) * t * t.transpose();
        }
        const Terms change = hessian.ldlt().solve(gradient);
        w += change * std::min(1.0, 2 / std::max(change.norm(), 1e-9));
    }
    return w;
}

// Every feature speaks for stopping as it grows; one that seems to speak against it (too few
// examples) is left out.
void fit_weights(const std::vector<Trace> (&traces)[kCutoffs], StopRule *rule)
{
    const std::vector<Example> examples = make_examples(traces, rule->scale);
    std::array<bool, kFeatures> used = {true, true, true};
    Terms w = Terms::Zero();
    for (size_t attempt = 0; attempt <= kFeatures; attempt++) {
        w = regress(examples, used);
        const auto worst = std::min_element(w.begin(), w.begin() + kFeatures);
        if (!(*worst < 0))
            break;
        used[static_cast<size_t>(worst - w.begin())] = false;
    }
    const double sum = w[0] + w[1] + w[2];
    if (!std::isfinite(sum) || sum < 1e-6)
        return; // nothing to learn from: the default weights
    rule->weight_margin = static_cast<float>(w[0]);
    rule->weight_probes = static_cast<float>(w[1]);
    rule->weight_spread = static_cast<float>(w[2]);
}

// A measured search as the thresholds see it.
struct Stop {
    float sum;
    uint32_t seen;
    float recall;
};
struct Search {
    std::vector<Stop> all;    // after every list
    std::vector<Stop> rising; // those whose sum is greater than any before
};

Search make_search(const StopRule &rule, const Trace &trace, uint32_t k)
{
    Search search;
    float greatest = kAlways;
    for (size_t i = 0; i < std::min(trace.steps.size(), trace.found.size()); i++) {
        const Progress &p = trace.steps[i];
        const float recall = static_cast<float>(trace.found[i]) / static_cast<float>(k);
        const Stop stop = {is_known(p) ? stop_sum(rule, p) : kAlways, p.seen, recall};
        search.all.push_back(stop);
        if (stop.sum > greatest)
            search.rising.push_back(stop);
        greatest = std::max(greatest, stop.sum);
    }
    return search;
}

// Where the search stops: as enough() does, or at its end.
Stop stop_of(const Search &search, float threshold, uint32_t cap)
{
    const auto rising =
        std::upper_bound(search.rising.begin(), search.rising.end(), threshold,
                         [](float value, const Stop &stop) { return value < stop.sum; });
    const Stop &stop = rising == search.rising.end() ? search.all.back() : *rising;
    if (stop.seen <= cap)
        return stop;
    return *std::lower_bound(search.all.begin(), search.all.end(), cap,
                             [](const Stop &a, uint32_t seen) { return a.seen < seen; });
}

struct Mean {
    float recall; // less so many standard errors
    float lists;
};

Mean mean_stop(const std::vector<Search> &searches, float threshold, uint32_t cap, float errors)
{
    double recall = 0, squares = 0, seen = 0;
    for (const Search &search : searches) {
        const Stop stop = stop_of(search, threshold, cap);
        recall += stop.recall;
        squares += static_cast<double>(stop.recall) * stop.recall;
        seen += stop.seen;
    }
    const auto n = static_cast<double>(searches.size());
    const double mean = recall / n, variance = std::max(squares / n - mean * mean, 0.0);
    return {static_cast<float>(mean - errors * std::sqrt(variance / n)),
            static_cast<float>(seen / n)};
}

// The smallest threshold that gives the recall, or kNever. Recall rises with the threshold.
float find_threshold(const std::vector<Search> &searches, float recall, uint32_t cap, float errors)
{
    float low = kNever, high = kAlways;
    for (const Search &search : searches) {
        if (!search.rising.empty()) {
            low = std::min(low, search.rising.front().sum);
            high = std::max(high, search.rising.back().sum);
        }
    }
    low -= 1;
    if (mean_stop(searches, kNever, cap, errors).recall < recall)
        return kNever;
    if (mean_stop(searches, low, cap, errors).recall >= recall)
        return low;
    while (low < high) { // down to neighbouring floats
        const float middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        (mean_stop(searches, middle, cap, errors).recall < recall ? low : high) = middle;
    }
    return high;
}

uint32_t find_cap(const std::vector<Search> &searches, float threshold, size_t lists)
{
    std::vector<uint32_t> seen;
    for (const Search &search : searches)
        seen.push_back(stop_of(search, threshold, UINT32_MAX).seen);
    const auto at = static_cast<size_t>(kCapQuantile * static_cast<double>(seen.size() - 1));
    std::nth_element(seen.begin(), seen.begin() + at, seen.end());
    const double cap = kCapFactor * seen[at];
    return static_cast<uint32_t>(std::min(cap, static_cast<double>(lists)));
}

void fit_cutoff(const std::vector<Search> &searches, size_t cutoff, size_t lists, float errors,
                StopRule *rule)
{
    for (size_t level = 0; level < kLevels; level++) {
        float threshold = find_threshold(searches, kRecallLevels[level], UINT32_MAX, errors);
        auto cap = static_cast<uint32_t>(lists);
        if (threshold < kNever) {
            cap = find_cap(searches, threshold, lists);
            const float capped = find_threshold(searches, kRecallLevels[level], cap, errors);
            if (capped < kNever)
                threshold = capped;
            else
                cap = static_cast<uint32_t>(lists);
        }
        // What a higher level needs is never less.
        if (level > 0) {
            threshold = std::max(threshold, rule->threshold[cutoff][level - 1]);
            cap = std::max(cap, rule->cap[cutoff][level - 1]);
        }
        rule->threshold[cutoff][level] = threshold;
        rule->cap[cutoff][level] = std::max<uint32_t>(cap, 1);
        rule->mean_probes[cutoff][level] =
            mean_stop(searches, threshold, rule->cap[cutoff][level], errors).lists;
    }
}

// A cutoff that was not measured sees all lists: what another cutoff needs says too little of it.
void ask_for_all(size_t cutoff, size_t lists, StopRule *rule)
{
    std::fill_n(rule->threshold[cutoff], kLevels, kNever);
    std::fill_n(rule->cap[cutoff], kLevels, static_cast<uint32_t>(lists));
    std::fill_n(rule->mean_probes[cutoff], kLevels, static_cast<float>(lists));
}

} // namespace

StopRule fit(const std::vector<Trace> (&traces)[kCutoffs], size_t lists, float scale, float errors)
{
    lists = std::max<size_t>(lists, 1);
    StopRule rule = default_rule(lists);
    rule.scale = scale > 0 ? scale : 1;
    fit_weights(traces, &rule);

    bool measured = false;
    for (size_t cutoff = 0; cutoff < kCutoffs; cutoff++) {
        std::vector<Search> searches;
        for (const Trace &trace : traces[cutoff])
            if (!trace.steps.empty() && !trace.found.empty())
                searches.push_back(make_search(rule, trace, kCutoffOf[cutoff]));
        measured = measured || !searches.empty();
        if (!searches.empty())
            fit_cutoff(searches, cutoff, lists, errors, &rule);
        else
            ask_for_all(cutoff, lists, &rule);
    }
    if (!measured) {
        rule = default_rule(lists);
        rule.scale = scale > 0 ? scale : 1;
    }
    return rule;
}

} // namespace sbert::ann
