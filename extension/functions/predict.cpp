// sbert.predict() and sbert.predict_pair() return the labels that a published model gives a text or
// a pair of texts, with their scores.
#include <algorithm>

#include "extension/functions/input.h"
#include "extension/functions/label_datum.h"
#include "extension/functions/scores.h"
#include "extension/functions/set.h"
#include "extension/functions/text_array.h"

namespace sbert {

namespace {

// The rows of a set: (label, score), best first, behind the text's number if it has one.
struct LabelRows {
    ReturnSetInfo *set;
    const Datum *labels; // null where the only output has no name
    int n;
    int *order; // scratch
};

LabelRows rows_start(FunctionCallInfo fcinfo, const Model *model)
{
    LabelRows rows;
    rows.set = set_start(fcinfo);
    rows.labels = label_datums(model);
    rows.n = model->dimensions;
    rows.order = static_cast<int *>(palloc(sizeof(int) * static_cast<Size>(rows.n)));
    return rows;
}

// `ordinal` is 0 where the set has no such column.
void rows_put(const LabelRows &rows, int ordinal, const float *scores)
{
    for (int i = 0; i < rows.n; i++)
        rows.order[i] = i;
    std::sort(rows.order, rows.order + rows.n, [scores](int a, int b) {
        return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
    });
    const int skip = ordinal == 0 ? 1 : 0;
    for (int i = 0; i < rows.n; i++) {
        const int label = rows.order[i];
        const bool unnamed = rows.labels == nullptr;
        const Datum values[] = {Int32GetDatum(ordinal), unnamed ? Datum{0} : rows.labels[label],
                                Float4GetDatum(scores[label])};
        const bool nulls[] = {false, unnamed, false};
        set_put(rows.set, values + skip, nulls + skip);
    }
}

float *row_alloc(const Model *model, int n)
{
    return static_cast<float *>(
        palloc(sizeof(float) * static_cast<Size>(model->dimensions) * static_cast<Size>(n)));
}

Datum predict_one(FunctionCallInfo fcinfo, const Model *model, ScoreInput input)
{
    const LabelRows rows = rows_start(fcinfo, model);
    float *scores = row_alloc(model, 1);
    score_texts(model, input, 1, scores);
    rows_put(rows, 0, scores);
    return Datum{0};
}

// Of the elements of an array those that are not null.
struct Ordinals {
    const bool *nulls;
    int place = 0; // elements that were passed

    // The number of the next one, from 1.
    int next()
    {
        while (nulls[place])
            place++;
        return ++place;
    }
};

// Scores slice by slice, so that the scores take at most 4 MB, or those of one text.
int slice_of(const Model *model)
{
    return std::max(1, std::min(kSliceTexts, (1 << 20) / model->dimensions));
}

Datum predict_many(FunctionCallInfo fcinfo, const Model *model, ScoreInput input, int n,
                   const bool *nulls)
{
    const LabelRows rows = rows_start(fcinfo, model);
    const int slice = slice_of(model);
    float *scores = row_alloc(model, std::min(n, slice));
    Ordinals ordinals = {nulls};
    for (int first = 0; first < n;) {
        const int count = std::min(n - first, slice);
        score_texts(model, input.from(first), count, scores);
        for (int i = 0; i < count; i++)
            rows_put(rows, ordinals.next(),
                     scores + static_cast<size_t>(i) * static_cast<size_t>(model->dimensions));
        first += count;
    }
    return Datum{0};
}

// Two arrays as pairs of their elements. A pair with a null is left out.
struct Pairs {
    TextArray a, b;
    bool *nulls;
    int present;
};

Pairs pairs_of(ArrayType *a, ArrayType *b)
{
    Pairs pairs = {text_array(a), text_array(b), nullptr, 0};
    if (pairs.a.n != pairs.b.n)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("a and b must have the same number of elements"),
                        errdetail("a has %d elements, b has %d.", pairs.a.n, pairs.b.n)));
    pairs.nulls = static_cast<bool *>(palloc(static_cast<Size>(pairs.a.n) + 1));
    for (int i = 0, from_a = 0, from_b = 0; i < pairs.a.n; i++) {
        CHECK_FOR_INTERRUPTS();
        const bool has_a = !pairs.a.nulls[i], has_b = !pairs.b.nulls[i];
        pairs.nulls[i] = !has_a || !has_b;
        if (!pairs.nulls[i]) {
            pairs.a.views[pairs.present] = pairs.a.views[from_a];
            pairs.b.views[pairs.present++] = pairs.b.views[from_b];
        }
        from_a += has_a;
        from_b += has_b;
    }
    return pairs;
}

} // namespace

SBERT_FUNCTION(sbert_predict)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kTextLabels);
    const std::string_view input = utf8_of(PG_GETARG_TEXT_PP(0));
    return predict_one(fcinfo, model, {&input, nullptr});
}

SBERT_FUNCTION(sbert_predict_array)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kTextLabels);
    const TextArray texts = text_array(PG_GETARG_ARRAYTYPE_P(0));
    return predict_many(fcinfo, model, {texts.views, nullptr}, texts.present, texts.nulls);
}

SBERT_FUNCTION(sbert_predict_pair)
{
    const Model *model = model_arg(fcinfo, 2, Gives::kPairLabels);
    const std::string_view a = utf8_of(PG_GETARG_TEXT_PP(0)), b = utf8_of(PG_GETARG_TEXT_PP(1));
    return predict_one(fcinfo, model, {&a, &b});
}

SBERT_FUNCTION(sbert_predict_pair_array)
{
    const Model *model = model_arg(fcinfo, 2, Gives::kPairLabels);
    const Pairs pairs = pairs_of(PG_GETARG_ARRAYTYPE_P(0), PG_GETARG_ARRAYTYPE_P(1));
    return predict_many(fcinfo, model, {pairs.a.views, pairs.b.views}, pairs.present, pairs.nulls);
}

} // namespace sbert
