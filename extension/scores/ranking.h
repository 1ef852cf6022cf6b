// Measures the order in which a search returned its results, for one query with judged results.
//
// The definitions are those of trec_eval (https://github.com/usnistgov/trec_eval), which
// pytrec_eval and ranx follow. A result that was judged above 0 is relevant. A result that was not
// judged is not relevant. The gain is the judgement itself, and the discount of rank r is log2(r +
// 1). The ideal order is that of all judged results, returned or not. A query without a relevant
// result has 0 for every measure.
//
// Of results with the same score the less relevant come first, in whatever order they arrive. So a
// search gains nothing from equal scores, and the figure does not depend on chance.
#pragma once

#include <cstddef>
#include <limits>

#include "encoder/stop_flag.h"
#include "extension/scores/pair.h"

namespace sbert::scores {

// A result. x is its score, or NaN if it was not returned. y is its relevance, or NaN if it was not
// judged.
using Result = Pair;

// A k without a limit. Precision is then over all results that were returned.
inline constexpr size_t kAllResults = std::numeric_limits<size_t>::max();

enum class RankingMeasure {
    // The number of relevant results among the first k, divided by that of all relevant ones.
    kRecall,
    // The number of relevant results among the first k, divided by k.
    kPrecision,
    // 1 / rank of the first relevant result, or 0 beyond k.
    kReciprocalRank,
    // The sum of the precisions at each relevant result among the first k, divided by the number of
    // all relevant ones.
    kAveragePrecision,
    // The discounted gain of the first k results, divided by that of the first k in the ideal
    // order.
    kNdcg,
};

//   results  (n) overwritten, even after an error
//   k        at least 1
//   scratch  (n) for the ideal order
//
// Throws Error(kInterrupted). Allocates nothing.
double ranking(RankingMeasure measure, Result *results, size_t n, size_t k, double *scratch,
               const encoder::StopFlag &stop);

} // namespace sbert::scores
