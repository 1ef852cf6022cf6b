#include "extension/scores/ranking.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace sbert::scores {
namespace {

// The results in order: first those that were returned, then all others.
struct Ranked {
    const Result *results;
    size_t n;
    size_t returned;
    const encoder::StopFlag &stop;

    double gain(size_t i) const noexcept { return results[i].y; }
    bool relevant(size_t i) const noexcept { return results[i].y > 0; }
};

Ranked rank(Result *results, size_t n, const encoder::StopFlag &stop)
{
    for (size_t i = 0; i < n; i++) {
        stop.check_at(i);
        if (!(results[i].y > 0))
            results[i].y = 0;
    }
    size_t looked = 0;
    Result *end = std::partition(results, results + n, [&](const Result &r) {
        stop.check_at(++looked);
        return !std::isnan(r.x);
    });
    const size_t returned = static_cast<size_t>(end - results);
    sort_stoppable(results, returned, stop, [](const Result &a, const Result &b) {
        return a.x != b.x ? a.x > b.x : a.y < b.y;
    });
    return {results, n, returned, stop};
}

size_t relevant_among(const Ranked &ranked, size_t first)
{
    size_t count = 0;
    for (size_t i = 0; i < first; i++) {
        ranked.stop.check_at(i);
        count += ranked.relevant(i);
    }
    return count;
}

double precision(const Ranked &ranked, size_t depth, size_t k)
{
    const size_t shown = k == kAllResults ? depth : k;
    return shown == 0
               ? 0
               : static_cast<double>(relevant_among(ranked, depth)) / static_cast<double>(shown);
}

double reciprocal_rank(const Ranked &ranked, size_t depth)
{
    for (size_t i = 0; i < depth; i++) {
        ranked.stop.check_at(i);
        if (ranked.relevant(i))
            return 1 / static_cast<double>(i + 1);
    }
    return 0;
}

double average_precision(const Ranked &ranked, size_t depth, double relevant)
{
    double sum = 0, found = 0;
    for (size_t i = 0; i < depth; i++) {
        ranked.stop.check_at(i);
        if (ranked.relevant(i))
            sum += ++found / static_cast<double>(i + 1);
    }
    return sum / relevant;
}

double discounted(double gain, size_t i) noexcept
{
    return gain / std::log2(static_cast<double>(i + 2));
}

double ndcg(const Ranked &ranked, size_t depth, size_t k, double *ideal)
{
    double gain = 0, best = 0;
    for (size_t i = 0; i < depth; i++) {
        ranked.stop.check_at(i);
        gain += discounted(ranked.gain(i), i);
    }
    for (size_t i = 0; i < ranked.n; i++) {
        ranked.stop.check_at(i);
        ideal[i] = ranked.gain(i);
    }
    sort_stoppable(ideal, ranked.n, ranked.stop, std::greater<>());
    for (size_t i = 0; i < std::min(k, ranked.n); i++) {
        ranked.stop.check_at(i);
        best += discounted(ideal[i], i);
    }
    return gain / best;
}

} // namespace

double ranking(RankingMeasure measure, Result *results, size_t n, size_t k, double *scratch,
               const encoder::StopFlag &stop)
{
    const Ranked ranked = rank(results, n, stop);
    const size_t depth = std::min(k, ranked.returned);
    const double relevant = static_cast<double>(relevant_among(ranked, n));
    if (relevant == 0)
        return 0;
    switch (measure) {
    case RankingMeasure::kRecall:
        return static_cast<double>(relevant_among(ranked, depth)) / relevant;
    case RankingMeasure::kPrecision:
        return precision(ranked, depth, k);
    case RankingMeasure::kReciprocalRank:
        return reciprocal_rank(ranked, depth);
    case RankingMeasure::kAveragePrecision:
        return average_precision(ranked, depth, relevant);
    case RankingMeasure::kNdcg:
        return ndcg(ranked, depth, k, scratch);
    }
    return 0;
}

} // namespace sbert::scores
