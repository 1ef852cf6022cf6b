// sbert.train_tagger() creates a table with the first version of a tagger.
#include "extension/taggers/training.h"

#include "extension/guc.h"
#include "extension/learned/table.h"

namespace sbert {
namespace {

// Refuses nulls for the arguments name, query and options.
void refuse_nulls(FunctionCallInfo fcinfo)
{
    constexpr struct {
        int place;
        const char *name;
    } kArguments[] = {{0, "name"}, {1, "query"}, {4, "options"}};
    for (const auto &argument : kArguments)
        if (PG_ARGISNULL(argument.place))
            ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                            errmsg("\"%s\" must not be null", argument.name)));
}

// The caller's query uses the snapshot of the statement, which the new table does not change.
Oid create(const char *name)
{
    spi_connect();
    const Oid relation = learned_create(&kTagger, name);
    // Vectors hardly compress.
    spi_expect(SPI_execute(psprintf("ALTER TABLE %s ALTER COLUMN vectors SET STORAGE EXTERNAL",
                                    learned_quoted_name(relation)),
                           false, 0),
               SPI_OK_UTILITY);
    SPI_finish();
    return relation;
}

void check_layers(const TaggerTraining *training)
{
    const TaggerOptions &options = training->options;
    const uint32 count = training->model->encoder->layer_count();
    if (options.n_layers > 0 && static_cast<uint32>(options.layers[options.n_layers - 1]) >= count)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("model \"%s\" has no layer %d", training->model->name,
                               options.layers[options.n_layers - 1]),
                        errdetail("Its layers are 0, the embeddings, to %u.", count - 1)));
}

Datum result_of(FunctionCallInfo fcinfo, const TaggerTraining *training)
{
    TupleDesc columns;
    if (get_call_result_type(fcinfo, nullptr, &columns) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "the result of a training must be a row");
    const TaggerQuality &quality = training->quality;
    const bool none = !quality.measured;
    Datum values[] = {
        Int32GetDatum(training->version),        Int64GetDatum(training->rows),
        Int64GetDatum(training->skipped),        Int32GetDatum(training->n_labels),
        Float8GetDatum(quality.all.precision()), Float8GetDatum(quality.all.recall()),
        Float8GetDatum(quality.all.f1()),        Float8GetDatum(quality.token_accuracy)};
    bool nulls[] = {false, false, false, false, none, none, none, none};
    return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls));
}

} // namespace

SBERT_FUNCTION(sbert_train_tagger)
{
    refuse_nulls(fcinfo);
    MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "training of a tagger", ALLOCSET_DEFAULT_SIZES);
    MemoryContext before = MemoryContextSwitchTo(context);
    TaggerTraining training = {};
    training.context = context;
    training.version = 1;
    training.json = tagger_arguments(fcinfo, 2, 3, PG_GETARG_JSONB_P_COPY(4));
    training.options = tagger_options(training.json);
    const char *sql = text_to_cstring(PG_GETARG_TEXT_PP(1));
    training.model =
        model_get(training.options.model != nullptr ? training.options.model : default_model(),
                  Gives::kVector);
    check_layers(&training);

    // The table is created first. Another session that wants the same name then waits, instead of
    // training in vain.
    training.relation = create(text_to_cstring(PG_GETARG_TEXT_PP(0)));
    training.name = learned_plain_name(training.relation);
    tagger_training_begin(&training, "train_tagger");
    TaggerQuery query = tagger_query_open(sql, training.options.refuse_nulls);
    const bool words =
        training.options.context < 0 ? query.reading.ordered : training.options.context == 1;
    tagger_training_course(&training, words);
    tagger_training_read(&training, &query, words);
    tagger_training_run(&training, nullptr);
    tagger_training_store(&training);
    tagger_training_end(&training);

    MemoryContextSwitchTo(before);
    const Datum result = result_of(fcinfo, &training);
    MemoryContextDelete(context);
    PG_RETURN_DATUM(result);
}

} // namespace sbert
