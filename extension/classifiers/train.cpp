// sbert.train_classifier() creates a table with the first version of a classifier.
#include "extension/classifiers/training.h"
#include "extension/classifiers/training_query.h"
#include "extension/functions/prompt.h"
#include "extension/guc.h"
#include "extension/learned/table.h"

namespace sbert {
namespace {

// Refuses nulls for the arguments name, query and options.
void refuse_nulls(FunctionCallInfo fcinfo)
{
    const char *names[] = {"name", "query", "options"};
    for (int i = 0; i < 3; i++)
        if (PG_ARGISNULL(i))
            ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                            errmsg("\"%s\" must not be null", names[i])));
}

// The caller's query uses the snapshot of the statement, which the new table does not change.
Oid create(const char *name)
{
    spi_connect();
    const Oid relation = learned_create(&kClassifier, name);
    SPI_finish();
    return relation;
}

const Model *model_of(const TrainOptions *options, const TrainingQuery *query)
{
    if (options->model != nullptr || query->texts) {
        const Model *model =
            model_get(options->model != nullptr ? options->model : default_model(), Gives::kVector);
        // An unknown prompt is an error now, not when it is used.
        if (options->prompt != nullptr)
            prompt_named(model, cstring_to_text(options->prompt));
        return model;
    }
    if (options->prompt != nullptr)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("the option \"prompt\" needs the option \"model\"")));
    return nullptr;
}

Datum result_of(FunctionCallInfo fcinfo, const Training *training)
{
    TupleDesc columns;
    if (get_call_result_type(fcinfo, nullptr, &columns) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "the result of a training must be a row");
    Datum values[8];
    bool nulls[8] = {};
    values[0] = Int32GetDatum(training->version);
    values[1] = Int64GetDatum(training->rows->rows);
    values[2] = Int64GetDatum(training->skipped);
    values[3] = Int32GetDatum(training->rows->n_labels);
    values[4] = Float8GetDatum(training->fitted->penalty);
    put_quality(training->fitted->measured ? &training->fitted->overall : nullptr, values + 5,
                nulls + 5);
    return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls));
}

} // namespace

SBERT_FUNCTION(sbert_train_classifier)
{
    refuse_nulls(fcinfo);
    MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "training of a classifier",
                                                  ALLOCSET_DEFAULT_SIZES);
    MemoryContext before = MemoryContextSwitchTo(context);
    Training training = {};
    training.version = 1;
    training.json = train_arguments(fcinfo, 3, PG_GETARG_JSONB_P_COPY(2));
    training.options = train_options(training.json);
    const char *sql = text_to_cstring(PG_GETARG_TEXT_PP(1));

    // The table is created first. Another session that wants the same name then waits, instead of
    // training in vain.
    training.relation = create(text_to_cstring(PG_GETARG_TEXT_PP(0)));
    training.name = learned_plain_name(training.relation);
    training_begin(&training, "train_classifier", context);
    const TrainingQuery query = training_query_open(sql);
    training.model = model_of(&training.options, &query);
    training.rows = training_rows_begin(context, query.label_sets, query.texts, training_memory());
    training_read(&training, &query, fit::kNewRow, context);
    training_run(&training, context);
    training_store(&training);
    training_end(&training);

    MemoryContextSwitchTo(before);
    const Datum result = result_of(fcinfo, &training);
    MemoryContextDelete(context);
    PG_RETURN_DATUM(result);
}

} // namespace sbert
