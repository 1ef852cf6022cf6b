// sbert.rerank() puts documents into the order of their scores by a cross-encoder, and
// sbert.rerank_score() scores one.
#include <algorithm>

#include "extension/boundary.h"
#include "extension/functions/embed.h"
#include "extension/functions/input.h"
#include "extension/functions/scores.h"
#include "extension/functions/set.h"
#include "extension/functions/text_array.h"
#include "extension/guc.h"

namespace sbert {

namespace {

// The documents of a call that are not null, and what is known of them.
struct Documents {
    const Model *model;
    std::string_view query;
    const std::string_view *texts; // (n)
    const int *ordinals;           // (n) their numbers in the array, from 1
    float *scores;                 // (n)
    int n;
    int scored; // the first of them have a score
};

// ---- arguments ---------------------------------------------------------------------------------

const Model *model_of(FunctionCallInfo fcinfo)
{
    return PG_ARGISNULL(2) ? model_default(Gives::kPairScore)
                           : model_arg(fcinfo, 2, Gives::kPairScore);
}

// The number of rows that are wanted.
int rows_of(FunctionCallInfo fcinfo)
{
    if (PG_ARGISNULL(3))
        return INT_MAX;
    const int k = PG_GETARG_INT32(3);
    if (k < 1)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("k must be at least 1: %d", k)));
    return k;
}

// The budget in milliseconds. 0 is none.
double budget_of(FunctionCallInfo fcinfo)
{
    if (PG_ARGISNULL(4))
        return 0;
    const Interval *budget = PG_GETARG_INTERVAL_P(4);
    const double days = budget->day + static_cast<double>(budget->month) * DAYS_PER_MONTH;
    const double milliseconds = (static_cast<double>(budget->time) + days * USECS_PER_DAY) / 1000;
    if (milliseconds <= 0)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("budget must be more than no time: \"%s\"",
                        DatumGetCString(DirectFunctionCall1(interval_out, PG_GETARG_DATUM(4)))),
                 errhint("Leave it out to score all documents.")));
    return milliseconds;
}

template <class T>
T *allocate(int n)
{
    return static_cast<T *>(palloc_extended(sizeof(T) * static_cast<Size>(n), MCXT_ALLOC_HUGE));
}

Documents documents_of(const Model *model, std::string_view query, const TextArray &texts)
{
    int *ordinals = allocate<int>(texts.present);
    for (int i = 0, n = 0; i < texts.n; i++) {
        CHECK_FOR_INTERRUPTS();
        if (!texts.nulls[i])
            ordinals[n++] = i + 1;
    }
    float *scores = allocate<float>(texts.present);
    return {model, query, texts.views, ordinals, scores, texts.present, 0};
}

// ---- scoring -----------------------------------------------------------------------------------

// Scores the documents from the first one on, pass by pass, until the time is over. The first pass
// always runs. With a budget a pass takes no more than the usual memory, because it is what the
// budget may be exceeded by.
void score_within(Documents *documents, double budget, instr_time start)
{
    std::string_view queries[kSliceTexts];
    std::fill_n(queries, kSliceTexts, documents->query);
    const size_t memory = std::min(encode_mem(), encoder::kDefaultMemory);
    do {
        const int first = documents->scored;
        documents->scored += score_some(documents->model, {queries, documents->texts + first},
                                        std::min(documents->n - first, kSliceTexts),
                                        one_pass_flag(), memory, documents->scores + first);
        CHECK_FOR_INTERRUPTS();
    } while (documents->scored < documents->n && milliseconds_since(start) < budget);
}

// Scores all documents, those of like length together: they fill a pass best, because its scratch
// is that of its longest text.
void score_all(Documents *documents)
{
    const int n = documents->n;
    int *order = allocate<int>(n);
    for (int i = 0; i < n; i++)
        order[i] = i;
    const std::string_view *texts = documents->texts;
    std::sort(order, order + n, [texts](int a, int b) {
        return texts[a].size() != texts[b].size() ? texts[a].size() < texts[b].size() : a < b;
    });
    std::string_view queries[kSliceTexts], slice[kSliceTexts];
    float scores[kSliceTexts];
    std::fill_n(queries, kSliceTexts, documents->query);
    for (int first = 0; first < n; first += kSliceTexts) {
        const int count = std::min(n - first, kSliceTexts);
        for (int i = 0; i < count; i++)
            slice[i] = texts[order[first + i]];
        score_texts(documents->model, {queries, slice}, count, scores);
        for (int i = 0; i < count; i++)
            documents->scores[order[first + i]] = scores[i];
    }
    documents->scored = n;
}

// ---- rows --------------------------------------------------------------------------------------

// The scored documents, best first. Equal ones keep their order.
int *best_first(const Documents *documents)
{
    const int n = documents->scored;
    int *order = allocate<int>(n);
    for (int i = 0; i < n; i++)
        order[i] = i;
    const float *scores = documents->scores;
    std::sort(order, order + n, [scores](int a, int b) {
        return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
    });
    return order;
}

void put_row(ReturnSetInfo *set, int ordinal, const float *score)
{
    CHECK_FOR_INTERRUPTS();
    const Datum values[] = {Int32GetDatum(ordinal),
                            score == nullptr ? Datum{0} : Float4GetDatum(*score)};
    const bool nulls[] = {false, score == nullptr};
    set_put(set, values, nulls);
}

// At most `k` rows: what has a score, then the rest as it was given, nulls among it.
void put_rows(ReturnSetInfo *set, const Documents *documents, int all, int k)
{
    const int *order = best_first(documents);
    const int scored = std::min(documents->scored, k);
    for (int i = 0; i < scored; i++)
        put_row(set, documents->ordinals[order[i]], &documents->scores[order[i]]);
    int known = 0; // scored documents that were passed
    for (int i = 1, left = k - scored; i <= all && left > 0; i++) {
        if (known < documents->scored && documents->ordinals[known] == i) {
            known++;
            continue;
        }
        put_row(set, i, nullptr);
        left--;
    }
}

} // namespace

SBERT_FUNCTION(sbert_rerank)
{
    instr_time start;
    INSTR_TIME_SET_CURRENT(start);
    ReturnSetInfo *set = set_start(fcinfo);
    if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
        return Datum{0};
    const int k = rows_of(fcinfo);
    const double budget = budget_of(fcinfo);
    const Model *model = model_of(fcinfo);
    const std::string_view query = utf8_of(PG_GETARG_TEXT_PP(0));
    const TextArray texts = text_array(PG_GETARG_ARRAYTYPE_P(1));
    Documents documents = documents_of(model, query, texts);
    if (documents.n > 0 && budget > 0)
        score_within(&documents, budget, start);
    else
        score_all(&documents);
    put_rows(set, &documents, texts.n, k);
    return Datum{0};
}

SBERT_FUNCTION(sbert_rerank_score)
{
    const Model *model = model_arg(fcinfo, 2, Gives::kPairScore);
    const std::string_view query = utf8_of(PG_GETARG_TEXT_PP(0));
    const std::string_view document = utf8_of(PG_GETARG_TEXT_PP(1));
    float score;
    score_texts(model, {&query, &document}, 1, &score);
    PG_RETURN_FLOAT4(score);
}

} // namespace sbert
