// How good the order is in which a search returned its results, for one query with judged results.
//
// The definitions are trec_eval's (https://github.com/usnistgov/trec_eval), which pytrec_eval and
// ranx follow: what is judged above 0 is relevant; the gain is the judgement itself; the discount
// of rank r is log2(r + 1); the ideal order is that of all judged results, returned or not; what
// was not judged is not relevant. A query without a relevant result has 0 everywhere.
//
// Of results with the same score the less relevant come first, whatever order they arrive in: a
// search is given nothing for not deciding, and the figure does not depend on chance.
#pragma once

#include <cstddef>
#include <limits>

#include "encoder/stop_flag.h"
#include "extension/scores/pair.h"

namespace sbert::scores {

// One result: x is its score, NaN when it was not returned; y how relevant it was judged, NaN when
// it was not judged.
using Result = Pair;

// As k: no limit. Precision is then over all that were returned.
inline constexpr size_t kAllResults = std::numeric_limits<size_t>::max();

enum class RankingMeasure {
    kRecall,           // relevant among the first k, over all relevant
    kPrecision,        // relevant among the first k, over k
    kReciprocalRank,   // 1 / rank of the first relevant one, 0 beyond k
    kAveragePrecision, // precision at each relevant one among the first k, summed, over all
                       // relevant
    kNdcg,             // discounted gain of the first k, over that of the ideal order's first k
};

//   results  (n) overwritten, whatever happens
//   k        at least 1
//   scratch  (n) for the ideal order
//
// Throws Error(kInterrupted). Allocates nothing.
double ranking(RankingMeasure measure, Result *results, size_t n, size_t k, double *scratch,
               const encoder::StopFlag &stop);

} // namespace sbert::scores
