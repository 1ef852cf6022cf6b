// sbert.pearson() and sbert.spearman().
//
// A row with a null is left out, as in corr(). Pearson's state is six numbers, so it runs in
// parallel plans. Spearman needs all values.
#include <cmath>

#include "extension/aggregate.h"
#include "extension/boundary.h"
#include "extension/reports/pair_list.h"
#include "extension/scores/correlation.h"

namespace sbert {
namespace {

using scores::PearsonSums;

scores::Pair row_arg(FunctionCallInfo fcinfo)
{
    const scores::Pair row = {PG_GETARG_FLOAT8(1), PG_GETARG_FLOAT8(2)};
    if (std::isnan(row.x) || std::isnan(row.y))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("value must not be NaN")));
    return row;
}

bool is_null_row(FunctionCallInfo fcinfo) { return PG_ARGISNULL(1) || PG_ARGISNULL(2); }

void check_finite(scores::Pair row)
{
    if (std::isinf(row.x) || std::isinf(row.y))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("value must be finite"),
                        errhint("sbert.spearman() takes infinite values: it sees their order "
                                "only.")));
}

PearsonSums *pearson_state(FunctionCallInfo fcinfo)
{
    MemoryContext context = aggregate_context(fcinfo);
    auto *sums = state_arg<PearsonSums>(fcinfo, 0);
    if (sums == nullptr)
        sums = static_cast<PearsonSums *>(MemoryContextAllocZero(context, sizeof(PearsonSums)));
    return sums;
}

bytea *serialize(const PearsonSums *sums)
{
    StringInfoData message;
    pq_begintypsend(&message);
    pq_sendint64(&message, static_cast<uint64>(sums->rows));
    for (double value : {sums->mean_x, sums->mean_y, sums->xx, sums->yy, sums->xy})
        pq_sendfloat8(&message, value);
    return pq_endtypsend(&message);
}

PearsonSums *deserialize(MemoryContext context, bytea *bytes)
{
    StringInfoData message = message_of(bytes);
    auto *sums = static_cast<PearsonSums *>(MemoryContextAlloc(context, sizeof(PearsonSums)));
    sums->rows = pq_getmsgint64(&message);
    for (double *value : {&sums->mean_x, &sums->mean_y, &sums->xx, &sums->yy, &sums->xy})
        *value = pq_getmsgfloat8(&message);
    return sums;
}

bool spearman(const PairList *list, double &result)
{
    scores::Pair *pairs = pair_list_scratch(list);
    const encoder::StopFlag stop = stop_flag();
    bool exists;
    run_cpp([&] {
        pair_list_copy(list, stop, pairs);
        exists = scores::spearman(pairs, list->count, stop, result);
    });
    pfree(pairs);
    return exists;
}

} // namespace

SBERT_FUNCTION(sbert_pearson_accum)
{
    PearsonSums *sums = pearson_state(fcinfo);
    if (!is_null_row(fcinfo)) {
        const scores::Pair row = row_arg(fcinfo);
        check_finite(row);
        scores::add_row(*sums, row);
    }
    PG_RETURN_POINTER(sums);
}

SBERT_FUNCTION(sbert_pearson_combine)
{
    PearsonSums *sums = pearson_state(fcinfo);
    const auto *others = state_arg<PearsonSums>(fcinfo, 1);
    if (others != nullptr)
        scores::add_rows(*sums, *others);
    PG_RETURN_POINTER(sums);
}

SBERT_FUNCTION(sbert_pearson_serialize)
{
    aggregate_context(fcinfo);
    PG_RETURN_BYTEA_P(serialize(state_arg<PearsonSums>(fcinfo, 0)));
}

SBERT_FUNCTION(sbert_pearson_deserialize)
{
    MemoryContext context = aggregate_context(fcinfo);
    PG_RETURN_POINTER(deserialize(context, PG_GETARG_BYTEA_PP(0)));
}

SBERT_FUNCTION(sbert_pearson)
{
    aggregate_context(fcinfo);
    const auto *sums = state_arg<PearsonSums>(fcinfo, 0);
    double result;
    if (sums == nullptr || !scores::pearson(*sums, result))
        PG_RETURN_NULL();
    if (std::isnan(result))
        float_overflow_error();
    PG_RETURN_FLOAT8(result);
}

SBERT_FUNCTION(sbert_spearman_accum)
{
    MemoryContext context = aggregate_context(fcinfo);
    auto *list = state_arg<PairList>(fcinfo, 0);
    if (list == nullptr)
        list = pair_list_create(context);
    if (!is_null_row(fcinfo))
        pair_list_add(list, row_arg(fcinfo));
    PG_RETURN_POINTER(list);
}

SBERT_FUNCTION(sbert_spearman)
{
    aggregate_context(fcinfo);
    const auto *list = state_arg<PairList>(fcinfo, 0);
    double result;
    if (list == nullptr || !spearman(list, result))
        PG_RETURN_NULL();
    PG_RETURN_FLOAT8(result);
}

} // namespace sbert
