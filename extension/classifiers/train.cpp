// sbert.train_classifier(): the first version of a new name.
#include <cstring>

#include "extension/classifiers/progress.h"
#include "extension/classifiers/training.h"
#include "extension/classifiers/training_query.h"
#include "extension/functions/prompt.h"
#include "extension/guc.h"

namespace sbert {
namespace {

void check_name(const char *name)
{
    bool plain = name[0] != '\0' && std::strlen(name) < NAMEDATALEN;
    for (const char *c = name; *c != '\0'; c++)
        plain = plain && *c != '@' && static_cast<unsigned char>(*c) >= 0x20 && *c != 0x7f;
    if (!plain)
        ereport(ERROR, (errcode(ERRCODE_INVALID_NAME),
                        errmsg("invalid name of a classifier: \"%s\"", name),
                        errdetail("It has 1 to %d bytes, no \"@\" and no control character.",
                                  NAMEDATALEN - 1)));
}

// Takes the name first: whoever else wants it waits, instead of training in vain.
void take_name(const char *name)
{
    Oid types[] = {TEXTOID, REGROLEOID};
    Datum values[] = {CStringGetTextDatum(name), ObjectIdGetDatum(GetUserId())};
    SPI_execute_with_args("INSERT INTO sbert.classifier (name, owner) VALUES ($1, $2) "
                          "ON CONFLICT DO NOTHING",
                          2, types, values, nullptr, false, 0);
    if (SPI_processed == 0)
        ereport(ERROR,
                (errcode(ERRCODE_DUPLICATE_OBJECT),
                 errmsg("classifier \"%s\" already exists", name),
                 errhint("sbert.update_classifier() goes on with it, sbert.drop_classifier() drops "
                         "it.")));
}

const Model *model_of(const TrainOptions *options, const TrainingQuery *query)
{
    if (options->model != nullptr || query->texts) {
        const Model *model =
            model_get(options->model != nullptr ? options->model : default_model());
        if (options->prompt != nullptr)
            prompt_named(model,
                         cstring_to_text(options->prompt)); // an error now, not when it is used
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
} // namespace sbert

extern "C" {

SBERT_FUNCTION(sbert_train_classifier);
Datum sbert_train_classifier(PG_FUNCTION_ARGS)
{
    using namespace sbert;
    MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "training of a classifier",
                                                  ALLOCSET_DEFAULT_SIZES);
    MemoryContext before = MemoryContextSwitchTo(context);
    Training training = {};
    training.name = text_to_cstring(PG_GETARG_TEXT_PP(0));
    training.version = 1;
    training.json = PG_GETARG_JSONB_P_COPY(2);
    training.options = train_options(training.json);
    check_name(training.name);
    const char *sql = text_to_cstring(PG_GETARG_TEXT_PP(1));

    training_begin();
    take_name(training.name);
    const TrainingQuery query = training_query_open(sql, vector_type());
    training.model = model_of(&training.options, &query);
    training.rows = training_rows_begin(context, query.label_sets, training_memory());
    training_read(&training, &query, learn::kNewRow, context);
    training_run(&training, context);
    training_store(&training);
    training_end(&training);

    MemoryContextSwitchTo(before);
    const Datum result = result_of(fcinfo, &training);
    MemoryContextDelete(context);
    PG_RETURN_DATUM(result);
}

} // extern "C"
