// classify(), classify_scores() and classify_labels() return the labels that a classifier gives.
//
// A label is returned as it lies in the classifier's memory, which lasts at least until the next
// row.
#include <algorithm>
#include <cmath>

#include "extension/classifiers/use.h"
#include "extension/functions/embed.h"
#include "extension/functions/input.h"
#include "extension/functions/prompt.h"
#include "extension/functions/set.h"

namespace sbert {

namespace {

// ---- a call's logits ---------------------------------------------------------------------------

// The kind of a call's first argument.
enum class Input { kVector, kText };

[[noreturn]] void report_without_model(const Classifier *classifier)
{
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("classifier \"%s\" was trained on vectors of an unknown model",
                           classifier->name),
                    errhint("Give it vectors, or train it with options {\"model\": ...}.")));
    pg_unreachable();
}

[[noreturn]] void report_dimensions(const Classifier *classifier, int dim)
{
    ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                    errmsg("classifier \"%s\" takes vectors of %d dimensions, not %d",
                           classifier->name, classifier->dimensions, dim)));
    pg_unreachable();
}

[[noreturn]] void report_overflow(const Classifier *classifier)
{
    ereport(ERROR,
            (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("value out of range: overflow"),
             errdetail("The vector is too large for the weights of classifier \"%s\".",
                       classifier->name)));
    pg_unreachable();
}

const Vector *vector_of_text(FunctionCallInfo fcinfo, ClassifierUse *use)
{
    const Classifier *classifier = use->classifier;
    if (classifier->model == nullptr)
        report_without_model(classifier);
    const Model *model = model_get(classifier->model, Gives::kVector);
    return vector_remembered(&use->text, model, prompt_of(model, classifier->prompt),
                             utf8_of(PG_GETARG_TEXT_PP(0)));
}

template <Input input>
const Vector *vector_of_call(FunctionCallInfo fcinfo, ClassifierUse *use)
{
    if constexpr (input == Input::kText)
        return vector_of_text(fcinfo, use);
    use->ahead.fetch_next(PG_GETARG_DATUM(0));
    return vector_arg(fcinfo, 0);
}

// Writes the logits of a call to use->logits. They are finite.
template <Input input>
ClassifierUse *classify_call(FunctionCallInfo fcinfo)
{
    ClassifierUse *use = classifier_use(fcinfo);
    const Classifier *classifier = use->classifier;
    const Vector *vector = vector_of_call<input>(fcinfo, use);
    if (vector->dim != classifier->dimensions)
        report_dimensions(classifier, vector->dim);
    classifier_logits(classifier, vector->x, use->logits);
    bool finite = true;
    for (int i = 0; i < classifier->n_labels; i++)
        finite &= std::isfinite(use->logits[i]);
    if (!finite)
        report_overflow(classifier);
    return use;
}

// ---- from logits to labels ---------------------------------------------------------------------

// The label with the largest logit; of several equal ones the first.
int best_label(const ClassifierUse *use)
{
    return static_cast<int>(std::max_element(use->logits, use->logits + use->classifier->n_labels) -
                            use->logits);
}

Datum label_datum(const ClassifierUse *use, int label)
{
    return PointerGetDatum(use->classifier->labels[label]);
}

// The labels from best to worst. Equal ones keep their stored order, which is sorted.
int *labels_by_logit(const ClassifierUse *use)
{
    const int n = use->classifier->n_labels;
    auto *order = static_cast<int *>(palloc(sizeof(int) * static_cast<Size>(n)));
    for (int i = 0; i < n; i++)
        order[i] = i;
    const float *logits = use->logits;
    std::sort(order, order + n, [logits](int a, int b) {
        return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
    });
    return order;
}

// The score of each label: a probability over all labels, or with sets a separate probability for
// each. The largest logit is subtracted first, so that no exponential overflows.
double *scores(const ClassifierUse *use)
{
    const Classifier *classifier = use->classifier;
    const int n = classifier->n_labels;
    auto *score = static_cast<double *>(palloc(sizeof(double) * static_cast<Size>(n)));
    const auto largest = static_cast<double>(use->logits[best_label(use)]);
    double sum = 0;
    for (int i = 0; i < n; i++) {
        const auto logit = static_cast<double>(use->logits[i]);
        if (classifier->thresholds != nullptr)
            score[i] = 1 / (1 + std::exp(-logit / classifier->temperature));
        else
            sum += score[i] = std::exp((logit - largest) / classifier->temperature);
    }
    for (int i = 0; i < n && classifier->thresholds == nullptr; i++)
        score[i] /= sum;
    return score;
}

// Writes the labels that reach their thresholds to `chosen`, best first, and returns their number.
int reaching_labels(const ClassifierUse *use, Datum *chosen)
{
    const Classifier *classifier = use->classifier;
    const int *order = labels_by_logit(use);
    const double *score = scores(use);
    int count = 0;
    for (int i = 0; i < classifier->n_labels; i++)
        if (score[order[i]] >= static_cast<double>(classifier->thresholds[order[i]]))
            chosen[count++] = label_datum(use, order[i]);
    return count;
}

// ---- the SQL functions -------------------------------------------------------------------------

template <Input input>
Datum classify(FunctionCallInfo fcinfo)
{
    const ClassifierUse *use = classify_call<input>(fcinfo);
    return label_datum(use, best_label(use));
}

template <Input input>
Datum classify_scores(FunctionCallInfo fcinfo)
{
    ReturnSetInfo *set = set_start(fcinfo);
    const ClassifierUse *use = classify_call<input>(fcinfo);
    const int *order = labels_by_logit(use);
    const double *score = scores(use);
    for (int i = 0; i < use->classifier->n_labels; i++) {
        const Datum values[] = {label_datum(use, order[i]), Float8GetDatum(score[order[i]])};
        const bool nulls[] = {false, false};
        set_put(set, values, nulls);
    }
    return (Datum)0;
}

template <Input input>
Datum classify_labels(FunctionCallInfo fcinfo)
{
    const ClassifierUse *use = classify_call<input>(fcinfo);
    const Classifier *classifier = use->classifier;
    auto *chosen =
        static_cast<Datum *>(palloc(sizeof(Datum) * static_cast<Size>(classifier->n_labels)));
    int count = 1;
    if (classifier->thresholds != nullptr)
        count = reaching_labels(use, chosen);
    else
        chosen[0] = label_datum(use, best_label(use));
    PG_RETURN_POINTER(construct_array(chosen, count, TEXTOID, -1, false, TYPALIGN_INT));
}

} // namespace
// Defines the two SQL functions of one template, sbert_NAME_vector and sbert_NAME_text.
#define SBERT_CLASSIFY_FUNCTION(name)                                                              \
    SBERT_FUNCTION(sbert_##name##_vector) { return name<Input::kVector>(fcinfo); }                 \
    SBERT_FUNCTION(sbert_##name##_text) { return name<Input::kText>(fcinfo); }                     \
    static_assert(true)

SBERT_CLASSIFY_FUNCTION(classify);
SBERT_CLASSIFY_FUNCTION(classify_scores);
SBERT_CLASSIFY_FUNCTION(classify_labels);

} // namespace sbert
