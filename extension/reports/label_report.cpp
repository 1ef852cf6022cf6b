// Returns the tally as rows, for sbert.classification_report(), sbert.entity_report() and
// sbert.confusion_matrix().
#include <algorithm>

#include "extension/aggregate.h"
#include "extension/reports/row_array.h"
#include "extension/reports/tally.h"

namespace sbert {
namespace {

// The kinds of reports, which differ in their averages.
enum class Form { kOneLabel, kLabelSet, kEntities };

Datum label_text(const Label &label)
{
    return PointerGetDatum(cstring_to_text_with_len(label.data, label.length));
}

// Columns of sbert.label_score.
enum Column { kKind, kLabel, kPrecision, kRecall, kF1, kSupport, kColumns };

void put_score(RowArray &rows, const char *kind, const Label *label,
               const scores::LabelScore &score)
{
    const Datum values[kColumns] = {
        CStringGetTextDatum(kind),       label == nullptr ? Datum(0) : label_text(*label),
        Float8GetDatum(score.precision), Float8GetDatum(score.recall),
        Float8GetDatum(score.f1),        Int64GetDatum(score.support)};
    const bool nulls[kColumns] = {false, label == nullptr, false, false, false, false};
    row_array_put(rows, values, nulls);
}

// As scikit-learn prints it, accuracy is in the column of F1.
void put_accuracy(RowArray &rows, int64 hits, int64 all)
{
    const double accuracy = all == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(all);
    const Datum values[kColumns] = {
        CStringGetTextDatum("accuracy"), 0, 0, 0, Float8GetDatum(accuracy), Int64GetDatum(all)};
    const bool nulls[kColumns] = {false, true, true, true, false, false};
    row_array_put(rows, values, nulls);
}

void put_skipped(RowArray &rows, int64 skipped)
{
    const Datum values[kColumns] = {CStringGetTextDatum("skipped"), 0, 0, 0, 0,
                                    Int64GetDatum(skipped)};
    const bool nulls[kColumns] = {false, true, true, true, true, false};
    row_array_put(rows, values, nulls);
}

// There is an accuracy only if all labels are reported, because others would be missing from it.
bool has_accuracy(const Tally *tally, Form form)
{
    return form == Form::kOneLabel && (tally->given == 0 || tally->given == tally->count);
}

template <Form form>
Datum label_report(FunctionCallInfo fcinfo, const Tally *tally)
{
    RowArray rows = row_array_start(fcinfo, kColumns);
    int32 count;
    const int32 *order = tally_order(tally, &count);
    scores::LabelSums sums;
    for (int32 i = 0; i < count; i++) {
        const Label &label = tally->labels[order[i]];
        put_score(rows, "label", &label, scores::score_of(label.count));
        scores::add_label(sums, label.count);
    }
    if (has_accuracy(tally, form))
        put_accuracy(rows, sums.all.hits, tally->rows);
    put_score(rows, "micro avg", nullptr, scores::micro_average(sums));
    put_score(rows, "macro avg", nullptr, scores::macro_average(sums));
    put_score(rows, "weighted avg", nullptr, scores::weighted_average(sums));
    if (form == Form::kLabelSet)
        put_score(rows, "samples avg", nullptr, scores::samples_average(tally->samples, sums));
    if (tally->skipped > 0)
        put_skipped(rows, tally->skipped);
    return row_array_finish(rows);
}

extern "C" int compare_pairs(const void *left, const void *right, void *)
{
    const LabelPair a = static_cast<const PairCount *>(left)->pair;
    const LabelPair b = static_cast<const PairCount *>(right)->pair;
    return a.truth != b.truth ? (a.truth < b.truth ? -1 : 1)
                              : (a.predicted > b.predicted) - (a.predicted < b.predicted);
}

// The pairs to report, sorted by truth and then by prediction. Both are places in the order of the
// labels.
PairCount *sorted_pairs(const Tally *tally, int64 *count)
{
    int32 labels;
    const int32 *order = tally_order(tally, &labels);
    auto *places = static_cast<int32 *>(MemoryContextAllocHuge(
        CurrentMemoryContext, sizeof(int32) * static_cast<Size>(tally->count)));
    for (int32 i = 0; i < tally->count; i++) {
        CHECK_FOR_INTERRUPTS();
        places[i] = -1;
    }
    for (int32 i = 0; i < labels; i++) {
        CHECK_FOR_INTERRUPTS();
        places[order[i]] = i;
    }
    int64 all;
    PairCount *pairs = tally_pairs(tally, &all);
    *count = 0;
    for (int64 i = 0; i < all; i++) {
        CHECK_FOR_INTERRUPTS();
        const LabelPair pair = {places[pairs[i].pair.truth], places[pairs[i].pair.predicted]};
        if (pair.truth >= 0 && pair.predicted >= 0)
            pairs[(*count)++] = {pair, pairs[i].rows};
    }
    qsort_interruptible(pairs, static_cast<size_t>(*count), sizeof(PairCount), compare_pairs,
                        nullptr);
    return pairs;
}

Datum confusion_matrix(FunctionCallInfo fcinfo, const Tally *tally)
{
    RowArray rows = row_array_start(fcinfo, 3);
    int32 labels;
    const int32 *order = tally_order(tally, &labels);
    int64 count;
    const PairCount *pairs = sorted_pairs(tally, &count);
    for (int64 i = 0; i < count; i++) {
        const Datum values[] = {label_text(tally->labels[order[pairs[i].pair.truth]]),
                                label_text(tally->labels[order[pairs[i].pair.predicted]]),
                                Int64GetDatum(pairs[i].rows)};
        const bool nulls[] = {false, false, false};
        row_array_put(rows, values, nulls);
    }
    if (tally->skipped > 0) {
        const Datum values[] = {0, 0, Int64GetDatum(tally->skipped)};
        const bool nulls[] = {true, true, false};
        row_array_put(rows, values, nulls);
    }
    return row_array_finish(rows);
}

// With sets of labels each label has its own two-by-two matrix.
Datum label_confusions(FunctionCallInfo fcinfo, const Tally *tally)
{
    RowArray rows = row_array_start(fcinfo, 5);
    int32 labels;
    const int32 *order = tally_order(tally, &labels);
    for (int32 i = 0; i < labels; i++) {
        const Label &label = tally->labels[order[i]];
        const scores::LabelCount &count = label.count;
        const Datum values[] = {
            label_text(label),
            Int64GetDatum(tally->rows - count.truth - count.predicted + count.hits),
            Int64GetDatum(count.predicted - count.hits), Int64GetDatum(count.truth - count.hits),
            Int64GetDatum(count.hits)};
        const bool nulls[] = {false, false, false, false, false};
        row_array_put(rows, values, nulls);
    }
    return row_array_finish(rows);
}

// The report of an aggregate over no rows is null.
Datum report(FunctionCallInfo fcinfo, Datum (*write)(FunctionCallInfo, const Tally *))
{
    aggregate_context(fcinfo);
    const Tally *tally = state_arg<Tally>(fcinfo, 0);
    if (tally == nullptr)
        PG_RETURN_NULL();
    return write(fcinfo, tally);
}

} // namespace

SBERT_FUNCTION(sbert_label_report) { return report(fcinfo, label_report<Form::kOneLabel>); }
SBERT_FUNCTION(sbert_label_set_report) { return report(fcinfo, label_report<Form::kLabelSet>); }
SBERT_FUNCTION(sbert_entity_report) { return report(fcinfo, label_report<Form::kEntities>); }
SBERT_FUNCTION(sbert_confusion_matrix) { return report(fcinfo, confusion_matrix); }
SBERT_FUNCTION(sbert_label_confusions) { return report(fcinfo, label_confusions); }

} // namespace sbert
