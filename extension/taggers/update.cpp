// sbert.update_tagger() makes a further version from the sentences that the newest one keeps and
// from new rows. It reports how well both versions find the entities of old and new rows that they
// were not fitted to. For the previous version and old rows this is the quality that was measured
// in its training.
#include <cstring>

#include "extension/taggers/training.h"
#include "extension/taggers/use.h"

#include "extension/functions/json_object.h"
#include "extension/functions/set.h"
#include "extension/learned/cache.h"
#include "extension/learned/table.h"
#include "extension/learned/version.h"

namespace sbert {
namespace {

const LoadedTagger *open_newest(TaggerTraining *training)
{
    Learned *learned = learned_open(&kTagger, training->relation, 0);
    learned_close_with(learned, training->context);
    const auto *before = static_cast<const LoadedTagger *>(learned->object);
    if (before->version == PG_INT32_MAX)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("tagger \"%s\" cannot have a further version", training->name)));
    return before;
}

void check_kept(const TaggerTraining *training)
{
    if (training->rows == 0)
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("tagger \"%s\" keeps no rows to go on with", training->name),
                        errhint("Train it anew, with the option keep_rows above 0.")));
}

void check_new(const TaggerTraining *training)
{
    if (training->of_origin[1] == 0)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("the query of the tagger returned no rows to learn from")));
}

// A number of a stored report, which may be anything that the owner of the table wrote.
Datum report_value(Jsonb *report, const char *name, bool *null)
{
    JsonbValue scratch;
    const JsonbValue *value =
        report != nullptr && JB_ROOT_IS_OBJECT(report)
            ? getKeyJsonValueFromContainer(&report->root, name, static_cast<int>(std::strlen(name)),
                                           &scratch)
            : nullptr;
    *null = value == nullptr || value->type != jbvNumeric;
    return *null ? Float8GetDatum(0)
                 : DirectFunctionCall1(numeric_float8_no_overflow,
                                       NumericGetDatum(value->val.numeric));
}

void put_line(ReturnSetInfo *set, const char *rows_of, int32 version, int64 rows,
              const TaggerQuality *quality, Jsonb *report)
{
    Datum values[6] = {CStringGetTextDatum(rows_of), Int32GetDatum(version), Int64GetDatum(rows)};
    bool nulls[6] = {};
    if (quality == nullptr) {
        const char *names[] = {"precision", "recall", "f1"};
        for (int i = 0; i < 3; i++)
            values[3 + i] = report_value(report, names[i], &nulls[3 + i]);
    } else {
        nulls[3] = nulls[4] = nulls[5] = !quality->measured;
        values[3] = Float8GetDatum(quality->all.precision());
        values[4] = Float8GetDatum(quality->all.recall());
        values[5] = Float8GetDatum(quality->all.f1());
    }
    set_put(set, values, nulls);
}

} // namespace

SBERT_FUNCTION(sbert_update_tagger)
{
    ReturnSetInfo *set = set_start(fcinfo);
    MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "training of a tagger", ALLOCSET_DEFAULT_SIZES);
    MemoryContext caller = MemoryContextSwitchTo(context);
    TaggerTraining training = {};
    training.context = context;
    training.relation = PG_GETARG_OID(0);
    const char *sql = text_to_cstring(PG_GETARG_TEXT_PP(1));

    learned_check(&kTagger, training.relation);
    learned_check_kept(&kTagger, training.relation);
    learned_lock(&kTagger, training.relation);
    training.name = learned_plain_name(training.relation);
    tagger_training_begin(&training, "update_tagger");
    // Another update may have had the lock. Then this one continues from that update's version.
    PushActiveSnapshot(GetTransactionSnapshot());
    const LoadedTagger *before = open_newest(&training);
    const tagging::TaggerModel &model = before->tagger->model();
    training.version = before->version + 1;
    training.json = before->options != nullptr ? before->options : JsonObject().finish();
    training.options = tagger_options(training.json);
    training.model = model_get(before->model, Gives::kVector);
    tagger_check_model(before, training.model);
    TaggerQuery query = tagger_query_open(sql, training.options.refuse_nulls);
    tagger_training_course(&training, model.context);
    tagger_training_read_kept(&training, before->version, model.projection.dimensions());
    check_kept(&training);
    tagger_training_read(&training, &query, model.context);
    check_new(&training);
    tagger_training_run(&training, &model.projection);
    const TaggerQuality old_on_new =
        tagger_training_assess(&training, before->tagger, tagging::Origin::kNew);
    tagger_training_store(&training);
    const int64 *rows = training.of_origin;
    put_line(set, "old", before->version, rows[0], nullptr, before->report);
    put_line(set, "old", training.version, rows[0], &training.quality_of[0], nullptr);
    put_line(set, "new", before->version, rows[1], &old_on_new, nullptr);
    put_line(set, "new", training.version, rows[1], &training.quality_of[1], nullptr);
    PopActiveSnapshot();
    tagger_training_end(&training);

    MemoryContextSwitchTo(caller);
    MemoryContextDelete(context);
    return Datum{0};
}

} // namespace sbert
