#include "extension/ann/stopping.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sbert::ann {
namespace {

constexpr float kNever = 1e30f;

// Levels of recall are even steps of -ln(1 - recall), nearly; cutoffs of ln k, less so.
float level_position(float recall) { return -std::log1p(-recall); }

// Between two neighbours of a table: from + (to - from) * part; part may exceed 1.
struct Between {
    size_t from, to;
    float part;
    float of(float a, float b) const { return a + (b - a) * part; }
};

Between between_levels(float recall)
{
    if (recall <= kRecallLevels[0])
        return {0, 0, 0};
    size_t to = 1;
    while (to + 1 < kLevels && recall > kRecallLevels[to])
        to++;
    const float low = level_position(kRecallLevels[to - 1]);
    const float high = level_position(kRecallLevels[to]);
    return {to - 1, to, (level_position(recall) - low) / (high - low)};
}

Between between_cutoffs(uint32_t k)
{
    if (k <= kCutoffOf[0])
        return {0, 0, 0};
    if (k >= kCutoffOf[kCutoffs - 1])
        return {kCutoffs - 1, kCutoffs - 1, 0};
    size_t to = 1;
    while (k > kCutoffOf[to])
        to++;
    const float low = std::log(static_cast<float>(kCutoffOf[to - 1]));
    const float high = std::log(static_cast<float>(kCutoffOf[to]));
    // Nearer to the greater one: past the size of a cluster the threshold rises fast.
    const float part = (std::log(static_cast<float>(k)) - low) / (high - low);
    return {to - 1, to, part * (2 - part)};
}

template <class T>
float interpolated(const T (&table)[kCutoffs][kLevels], const Between &cutoff, const Between &level)
{
    const auto at = [&](size_t i) {
        return level.of(static_cast<float>(table[i][level.from]),
                        static_cast<float>(table[i][level.to]));
    };
    return cutoff.of(at(cutoff.from), at(cutoff.to));
}

// Fitted on 300 rows of 259,000 texts in 3,052 lists, k = 10; every level has about the threshold
// of the next and more than its cap. Deeper searches need the thresholds greater by kDefaultCutoff.
constexpr float kDefaultMargin = 2.15f, kDefaultProbes = 0.45f, kDefaultSpread = 1.6f;
constexpr float kDefaultThreshold[kLevels] = {0.6f, 1.2f, 1.8f, 2.6f, 3.0f, 3.3f, 3.7f, 4.4f};
constexpr float kDefaultCutoff[kCutoffs] = {0, 0.2f, 0.8f};
constexpr float kDefaultCap[kLevels] = {0.02f, 0.04f, 0.06f, 0.12f,
                                        0.2f,  0.3f,  0.5f,  1.0f}; // share

// Beyond the greatest measured k, lists grow with k.
float beyond(uint32_t k)
{
    return std::max(1.0f, static_cast<float>(k) / static_cast<float>(kCutoffOf[kCutoffs - 1]));
}

// A threshold of the greatest measured k has less than its recall beyond: what is missed grows
// with k or nearly so (0.084 of k = 4,000 at a level of 0.975, in 30,000 rows of 100 clusters).
float level_beyond(uint32_t k, float target_recall) { return 1 - (1 - target_recall) / beyond(k); }

} // namespace

StopRule default_rule(size_t lists) noexcept
{
    StopRule rule = {};
    rule.weight_margin = kDefaultMargin;
    rule.weight_probes = kDefaultProbes;
    rule.weight_spread = kDefaultSpread;
    rule.scale = 0;
    const auto all = static_cast<float>(std::max<size_t>(lists, 1));
    for (size_t cutoff = 0; cutoff < kCutoffs; cutoff++) {
        for (size_t level = 0; level < kLevels; level++) {
            // A few lists more for a small index, whose shares say little.
            const auto more = static_cast<float>(1 << 2 * cutoff);
            const float cap = std::min(all, (16 + all * kDefaultCap[level]) * more);
            rule.threshold[cutoff][level] = kDefaultThreshold[level] + kDefaultCutoff[cutoff];
            rule.cap[cutoff][level] = static_cast<uint32_t>(cap);
            rule.mean_probes[cutoff][level] = std::max(1.0f, cap / 6);
        }
    }
    return rule;
}

StopLevel stop_level(const StopRule &rule, uint32_t k, float target_recall) noexcept
{
    const float recall = level_beyond(k, target_recall);
    if (!(recall < 1))
        return {kNever, std::numeric_limits<uint32_t>::max()};
    const Between cutoff = between_cutoffs(k), level = between_levels(recall);
    const float cap = interpolated(rule.cap, cutoff, level) * beyond(k);
    return {interpolated(rule.threshold, cutoff, level),
            cap < 4e9f ? static_cast<uint32_t>(std::max(cap, 1.0f))
                       : std::numeric_limits<uint32_t>::max()};
}

float stop_sum(const StopRule &rule, const Progress &progress) noexcept
{
    if (!(rule.scale > 0))
        return -kNever; // the features mean nothing: the cap alone stops
    return rule.weight_margin * ((progress.next_base - progress.kth_key) / rule.scale) +
           rule.weight_probes * std::log(static_cast<float>(progress.seen)) +
           rule.weight_spread * ((progress.next_base - progress.first_base) / rule.scale);
}

bool enough(const StopRule &rule, const StopLevel &level, const Progress &progress) noexcept
{
    // Before k rows were seen nothing is enough.
    if (!(progress.kth_key < std::numeric_limits<float>::infinity()) || progress.seen == 0)
        return false;
    return progress.seen >= level.cap || stop_sum(rule, progress) > level.threshold;
}

float expected_probes(const StopRule &rule, uint32_t k, float target_recall) noexcept
{
    const float all = static_cast<float>(rule.cap[kCutoffs - 1][kLevels - 1]);
    const float recall = level_beyond(k, target_recall);
    if (!(recall < 1))
        return all;
    const Between cutoff = between_cutoffs(k), level = between_levels(recall);
    const float lists = interpolated(rule.mean_probes, cutoff, level) * beyond(k);
    return std::max(1.0f, std::min(lists, all * beyond(k)));
}

} // namespace sbert::ann
