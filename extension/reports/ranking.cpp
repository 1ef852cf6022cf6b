// sbert.ndcg() and the other aggregates over one query's results, each with its score and its
// judged relevance. All share one state, so that the server collects the rows once for all of them.
#include <algorithm>
#include <cmath>
#include <limits>

#include "extension/aggregate.h"
#include "extension/boundary.h"
#include "extension/reports/pair_list.h"
#include "extension/scores/ranking.h"

namespace sbert {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

// The argument k of a measure. A null or missing k is no limit.
Size depth_arg(FunctionCallInfo fcinfo)
{
    if (PG_NARGS() <= 3 || PG_ARGISNULL(3))
        return scores::kAllResults;
    const int32 k = PG_GETARG_INT32(3);
    if (k < 1)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("k must be at least 1: %d", k)));
    return static_cast<Size>(k);
}

// The score of a result. It is null if the result was not returned.
double score_arg(FunctionCallInfo fcinfo)
{
    if (PG_ARGISNULL(1))
        return kNone;
    const double score = PG_GETARG_FLOAT8(1);
    if (std::isnan(score))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("score must not be NaN")));
    return score;
}

// The relevance of a result. It is null if the result was not judged.
double relevance_arg(FunctionCallInfo fcinfo)
{
    if (PG_ARGISNULL(2))
        return kNone;
    const double relevance = PG_GETARG_FLOAT8(2);
    if (!std::isfinite(relevance))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("relevance must be finite: %g", relevance)));
    return relevance;
}

PairList *ranking_state(FunctionCallInfo fcinfo)
{
    MemoryContext context = aggregate_context(fcinfo);
    const Size depth = depth_arg(fcinfo);
    auto *list = state_arg<PairList>(fcinfo, 0);
    if (list == nullptr) {
        list = pair_list_create(context);
        list->depth = depth;
    }
    if (list->depth != depth)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("k must be the same for all rows of a query")));
    return list;
}

bool is_judged(const PairList *list)
{
    for (Size i = 0; i < list->count; i++) {
        CHECK_FOR_INTERRUPTS();
        if (!std::isnan(list->pairs[i].y))
            return true;
    }
    return false;
}

double measure_list(const PairList *list, scores::RankingMeasure measure)
{
    scores::Pair *results = pair_list_scratch(list);
    auto *ideal = static_cast<double *>(MemoryContextAllocHuge(
        CurrentMemoryContext, sizeof(double) * std::max<Size>(list->count, 1)));
    const encoder::StopFlag stop = stop_flag();
    double value = 0;
    run_cpp([&] {
        pair_list_copy(list, stop, results);
        value = scores::ranking(measure, results, list->count, list->depth, ideal, stop);
    });
    pfree(ideal);
    pfree(results);
    return value;
}

// The result is null for a query without any judgement, because it says nothing about the search.
// So avg() leaves it out.
Datum ranking(FunctionCallInfo fcinfo, scores::RankingMeasure measure)
{
    aggregate_context(fcinfo);
    const auto *list = state_arg<PairList>(fcinfo, 0);
    if (list == nullptr || !is_judged(list))
        PG_RETURN_NULL();
    PG_RETURN_FLOAT8(measure_list(list, measure));
}

} // namespace

SBERT_FUNCTION(sbert_ranking_accum)
{
    PairList *list = ranking_state(fcinfo);
    const scores::Pair result = {score_arg(fcinfo), relevance_arg(fcinfo)};
    if (!std::isnan(result.x) || !std::isnan(result.y))
        pair_list_add(list, result);
    PG_RETURN_POINTER(list);
}

SBERT_FUNCTION(sbert_recall_at) { return ranking(fcinfo, scores::RankingMeasure::kRecall); }

SBERT_FUNCTION(sbert_precision_at) { return ranking(fcinfo, scores::RankingMeasure::kPrecision); }

SBERT_FUNCTION(sbert_reciprocal_rank)
{
    return ranking(fcinfo, scores::RankingMeasure::kReciprocalRank);
}

SBERT_FUNCTION(sbert_average_precision)
{
    return ranking(fcinfo, scores::RankingMeasure::kAveragePrecision);
}

SBERT_FUNCTION(sbert_ndcg) { return ranking(fcinfo, scores::RankingMeasure::kNdcg); }

} // namespace sbert
