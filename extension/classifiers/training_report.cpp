// Writes the report of a training.
#include <cstring>

#include "extension/classifiers/training.h"
#include "extension/functions/json_object.h"

namespace sbert {
namespace {

JsonbValue container(Jsonb *json)
{
    JsonbValue value;
    value.type = jbvBinary;
    value.val.binary.data = &json->root;
    value.val.binary.len = static_cast<int>(VARSIZE(json) - VARHDRSZ);
    return value;
}

// Builds a jsonb array of objects member by member.
struct JsonArray {
    JsonbParseState *state = nullptr;
    JsonArray() { pushJsonbValue(&state, WJB_BEGIN_ARRAY, nullptr); }
    void put(Jsonb *element)
    {
        JsonbValue value = container(element);
        pushJsonbValue(&state, WJB_ELEM, &value);
    }
    Jsonb *finish() { return JsonbValueToJsonb(pushJsonbValue(&state, WJB_END_ARRAY, nullptr)); }
};

Jsonb *labels_of(const TrainingRows *rows, const std::vector<scores::LabelCount> &counts)
{
    JsonArray labels;
    for (int k = 0; k < rows->n_labels; k++) {
        const scores::LabelScore score = scores::score_of(counts[static_cast<size_t>(k)]);
        JsonObject label;
        label.put("label", JsonObject::string(rows->labels[k]->name));
        label.put("precision", JsonObject::real(score.precision));
        label.put("recall", JsonObject::real(score.recall));
        label.put("f1", JsonObject::real(score.f1));
        label.put("support", JsonObject::integer(score.support));
        labels.put(label.finish());
    }
    return labels.finish();
}

Jsonb *path_of(const std::vector<fit::PenaltyLoss> &path)
{
    JsonArray losses;
    for (const fit::PenaltyLoss &step : path) {
        JsonObject loss;
        loss.put("penalty", JsonObject::real(step.penalty));
        loss.put("log_loss", JsonObject::real(step.log_loss));
        losses.put(loss.finish());
    }
    return losses.finish();
}

} // namespace

Jsonb *training_report(const Training *training)
{
    const fit::Fitted &fitted = *training->fitted;
    const TrainingRows *rows = training->rows;
    JsonObject report;
    report.put("rows", JsonObject::integer(static_cast<int64>(rows->weight + 0.5)));
    report.put("skipped", JsonObject::integer(training->skipped));
    report.put("penalty", JsonObject::real(fitted.penalty));
    report.put("iterations", JsonObject::integer(fitted.iterations));
    if (!fitted.measured)
        return report.finish();

    if (training->holdout)
        report.put("holdout", JsonObject::real(1.0 / training->folds));
    else
        report.put("folds", JsonObject::integer(training->folds));
    report.put("penalties", container(path_of(fitted.path)));
    const fit::Quality &quality = fitted.overall;
    report.put("measured_on", JsonObject::integer(quality.rows()));
    report.put("accuracy", JsonObject::real(quality.accuracy()));
    report.put("macro_f1", JsonObject::real(quality.macro_f1()));
    report.put("weighted_f1", JsonObject::real(quality.weighted_f1()));
    report.put("log_loss", JsonObject::real(quality.log_loss()));
    report.put("calibration_error", JsonObject::real(quality.calibration_error()));
    report.put("labels", container(labels_of(rows, quality.counts())));
    return report.finish();
}

void put_quality(const fit::Quality *quality, Datum *values, bool *nulls)
{
    const bool none = quality == nullptr || quality->rows() == 0;
    nulls[0] = nulls[1] = nulls[2] = none;
    if (none)
        return;
    values[0] = Float8GetDatum(quality->accuracy());
    values[1] = Float8GetDatum(quality->macro_f1());
    values[2] = Float8GetDatum(quality->log_loss());
}

double report_number(Jsonb *report, const char *name, bool *null)
{
    JsonbValue scratch;
    const JsonbValue *value =
        report != nullptr && JB_ROOT_IS_OBJECT(report)
            ? getKeyJsonValueFromContainer(&report->root, name, static_cast<int>(std::strlen(name)),
                                           &scratch)
            : nullptr;
    *null = value == nullptr || value->type != jbvNumeric;
    return *null ? 0
                 : DatumGetFloat8(DirectFunctionCall1(numeric_float8_no_overflow,
                                                      NumericGetDatum(value->val.numeric)));
}

} // namespace sbert
