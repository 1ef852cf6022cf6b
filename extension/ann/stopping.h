// When a search has seen enough lists.
//
// After each list the search knows: the k-th best key so far, the base (|q - c|^2 or -<q, c>) of
// the nearest list and of the next one, and how many lists it has seen. A weighted sum of three
// features of these against a threshold decides; the weights and the thresholds for levels of
// recall come from searches measured on the index's own rows (fit()).
//
// 258,745 texts, 3,052 lists; weights and thresholds from 300 of the rows, 250 other queries; rows
// scanned against a fixed number of lists that gives the same recall:
//   k = 10 at 0.90 / 0.95 / 0.99: -27 % / -43 % / -51 %;  k = 100: -25 / -25 / -37;  k = 1,000: -13
//   / -20 / -25
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sbert::ann {

inline constexpr size_t kLevels = 8; // of recall
inline constexpr float kRecallLevels[kLevels] = {0.70f, 0.80f, 0.90f, 0.95f,
                                                 0.97f, 0.98f, 0.99f, 0.995f};
inline constexpr size_t kCutoffs = 3; // of k
inline constexpr uint32_t kCutoffOf[kCutoffs] = {10, 100, 1000};

// As it lies in the metapage: plain floats.
struct StopRule {
    float weight_margin;                  // of (next base - kth key) / scale
    float weight_probes;                  // of ln(lists seen)
    float weight_spread;                  // of (next base - first base) / scale
    float scale;                          // of keys: mean |x - c|^2 of the training
    float threshold[kCutoffs][kLevels];   // stop when the sum exceeds it; rising along the levels
    uint32_t cap[kCutoffs][kLevels];      // lists seen at most
    float mean_probes[kCutoffs][kLevels]; // lists seen on average: the cost curve
};
static_assert(sizeof(StopRule) == 16 + 3 * 4 * kCutoffs * kLevels);

// The rule of an index that has not measured itself: careful. The caller sets its scale, the mean
// |x - c|^2; until then it is 0 and the caps alone stop a search. Cannot fail.
StopRule default_rule(size_t lists) noexcept;

struct Progress {
    float kth_key; // +infinity while fewer than k were seen
    float first_base, next_base;
    uint32_t seen; // lists; >= 1
};

// What a search for k at a recall compares with: interpolated between levels and, in ln k, between
// cutoffs. Once a search; enough() then costs one logarithm.
struct StopLevel {
    float threshold;
    uint32_t cap;
};
StopLevel stop_level(const StopRule &rule, uint32_t k, float target_recall) noexcept;
// The weighted sum.
float stop_sum(const StopRule &rule, const Progress &progress) noexcept;

// Whether the search may stop before the next list: never before k rows were seen, nor at
// target_recall >= 1.
bool enough(const StopRule &rule, const StopLevel &level, const Progress &progress) noexcept;
// Lists that such a search sees on average, for the planner.
float expected_probes(const StopRule &rule, uint32_t k, float target_recall) noexcept;

// One measured search: the state after each list, and how many of the true first k were found.
struct Trace {
    std::vector<Progress> steps; // before the next list, from 1 list on
    std::vector<uint16_t> found; // of k, after as many lists
};

// Weights by logistic regression on the share of the true k found, thresholds so that the mean
// recall meets each level. traces[cutoff] may be empty: a search for so many then probes all lists,
// one between two cutoffs more than the lesser needs; without any trace the default rule. A trace
// that ends before it found all counts its last step from there on. Steps with an infinite kth_key
// are never stopped at.
//   errors  standard errors of the mean that each level keeps as a reserve
// Throws std::bad_alloc.
StopRule fit(const std::vector<Trace> (&traces)[kCutoffs], size_t lists, float scale,
             float errors = 0);

} // namespace sbert::ann
