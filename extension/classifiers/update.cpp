// sbert.update_classifier() makes a further version from the rows that the newest one keeps and
// from new rows. It reports how well both versions predict old and new rows that they were not
// fitted to. For the previous version and old rows this is the quality that was measured in its
// training.
#include "extension/adopt.h"
#include "extension/boundary.h"
#include "extension/classifiers/load.h"
#include "extension/classifiers/training.h"
#include "extension/classifiers/training_query.h"
#include "extension/functions/json_object.h"
#include "extension/functions/set.h"
#include "extension/learned/cache.h"
#include "extension/learned/table.h"
#include "extension/learned/version.h"

namespace sbert {
namespace {

void read_kept_rows(Training *training, const Classifier *before, MemoryContext context)
{
    const TrainingQuery query = training_query_kept(training->relation, before->version);
    training_read(training, &query, fit::kOldRow, context);
    if (training->rows->rows == 0)
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("classifier \"%s\" keeps no rows to go on with", training->name),
                        errhint("Train it anew, with the option keep_rows above 0.")));
    if (training->rows->dimensions != before->dimensions)
        ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
                        errmsg("classifier \"%s\" has %d dimensions, the rows that it keeps %d",
                               training->name, before->dimensions, training->rows->dimensions)));
}

void check_query(const TrainingQuery &query, const Training *training, const Classifier *before)
{
    const bool sets = before->thresholds != nullptr;
    if (query.label_sets != sets)
        ereport(ERROR,
                (errcode(ERRCODE_DATATYPE_MISMATCH),
                 errmsg("classifier \"%s\" has %s", training->name,
                        sets ? "sets of labels" : "one label a row"),
                 errhint("Let the query return the label as %s.", sets ? "text[]" : "text")));
    if (query.texts && training->model == nullptr)
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("classifier \"%s\" was trained on vectors of an unknown model",
                               training->name),
                        errhint("Let the query return vectors of that model.")));
}

void read_new_rows(Training *training, const TrainingQuery &query, MemoryContext context)
{
    training_read(training, &query, fit::kNewRow, context);
    if (training->rows->of_origin[fit::kNewRow] == 0)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("the query of the training returned no rows to learn from")));
}

// Raises an error if no row of a label is left, because its owner may have deleted them.
void check_labels_kept(const Training *training, const Classifier *before)
{
    for (int k = 0; k < before->n_labels; k++)
        if (!training_rows_have(training->rows, before->labels[k]))
            ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                            errmsg("classifier \"%s\" keeps no row of label \"%s\"", training->name,
                                   text_to_cstring(before->labels[k])),
                            errhint("Train it anew.")));
}

// Measures the previous version on the new rows.
const fit::Quality *assess_before(const Training *training, const Classifier *before,
                                  MemoryContext context)
{
    const TrainingRows *rows = training->rows;
    const auto K = static_cast<size_t>(before->n_labels);
    auto *place = static_cast<uint32 *>(palloc(sizeof(uint32) * K));
    for (size_t k = 0; k < K; k++)
        place[k] = training_rows_label(rows, before->labels[k]);
    const int file = training_rows_file(rows);
    const encoder::StopFlag stop = stop_flag();
    return adopt<fit::Quality>(context, [&] {
        const fit::Finished finished = {before->panels,
                                        {before->intercepts, K},
                                        before->thresholds,
                                        before->temperature,
                                        {place, K}};
        return new fit::Quality(fit::assess(rows->shape, {rows->blocks, rows->n_blocks}, file,
                                            finished, fit::kNewRow, stop));
    });
}

// ---- the result --------------------------------------------------------------------------------

void put_line(ReturnSetInfo *set, const char *rows_of, int32 version, int64 rows,
              const fit::Quality *quality, Jsonb *report)
{
    Datum values[6] = {CStringGetTextDatum(rows_of), Int32GetDatum(version), Int64GetDatum(rows)};
    bool nulls[6] = {};
    if (report == nullptr)
        put_quality(quality, values + 3, nulls + 3);
    else {
        const char *names[] = {"accuracy", "macro_f1", "log_loss"};
        for (int i = 0; i < 3; i++)
            values[3 + i] = Float8GetDatum(report_number(report, names[i], &nulls[3 + i]));
    }
    set_put(set, values, nulls);
}

void put_lines(ReturnSetInfo *set, const Training *training, const Classifier *before,
               const fit::Quality *before_on_new)
{
    const fit::Fitted *fitted = training->fitted;
    const int64 *of_origin = training->rows->of_origin;
    const auto measured = [fitted](fit::Origin origin) {
        return fitted->measured ? &fitted->quality[origin] : nullptr;
    };
    const int32 old_version = before->version, version = training->version;
    put_line(set, "old", old_version, of_origin[fit::kOldRow], nullptr, before->report);
    put_line(set, "old", version, of_origin[fit::kOldRow], measured(fit::kOldRow), nullptr);
    put_line(set, "new", old_version, of_origin[fit::kNewRow], before_on_new, nullptr);
    put_line(set, "new", version, of_origin[fit::kNewRow], measured(fit::kNewRow), nullptr);
}

} // namespace

SBERT_FUNCTION(sbert_update_classifier)
{
    ReturnSetInfo *set = set_start(fcinfo);
    MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "training of a classifier",
                                                  ALLOCSET_DEFAULT_SIZES);
    MemoryContext before_context = MemoryContextSwitchTo(context);
    Training training = {};
    training.relation = PG_GETARG_OID(0);
    const char *sql = text_to_cstring(PG_GETARG_TEXT_PP(1));

    learned_check(&kClassifier, training.relation);
    learned_check_kept(&kClassifier, training.relation);
    learned_lock(&kClassifier, training.relation);
    training.name = learned_plain_name(training.relation);
    training_begin(&training, "update_classifier", context);
    // Another update may have had the lock. Then this one continues from that update's version.
    PushActiveSnapshot(GetTransactionSnapshot());
    Learned *learned = learned_open(&kClassifier, training.relation, 0);
    learned_close_with(learned, context);
    const auto *before = static_cast<const Classifier *>(learned->object);
    if (before->version == PG_INT32_MAX)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("classifier \"%s\" cannot have a further version", training.name)));
    training.version = before->version + 1;
    training.json = before->options != nullptr ? before->options : JsonObject().finish();
    training.options = train_options(training.json);
    if (before->model != nullptr)
        training.model = model_get(before->model, Gives::kVector);
    const TrainingQuery query = training_query_open(sql);
    check_query(query, &training, before);
    const bool by_tokens =
        query.texts && training_query_kept_by_tokens(training.relation, before->version);
    training.rows = training_rows_begin(context, query.label_sets, by_tokens, training_memory());
    read_kept_rows(&training, before, context);
    read_new_rows(&training, query, context);
    check_labels_kept(&training, before);
    training_run(&training, context);
    const fit::Quality *before_on_new = assess_before(&training, before, context);
    training_store(&training);
    put_lines(set, &training, before, before_on_new);
    PopActiveSnapshot();
    training_end(&training);

    MemoryContextSwitchTo(before_context);
    MemoryContextDelete(context);
    return Datum{0};
}

} // namespace sbert
