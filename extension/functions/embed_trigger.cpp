// sbert.embed_trigger() keeps a plain vector column current. Unlike a generated column, it is not
// recomputed by a restore.
//
//   CREATE TRIGGER ... BEFORE INSERT OR UPDATE ON docs FOR EACH ROW
//     EXECUTE FUNCTION sbert.embed_trigger('embedding', 'body' [, 'model' [, 'prompt']])
#include <cstring>

#include "extension/functions/embed.h"
#include "extension/functions/input.h"
#include "extension/functions/prompt.h"
#include "extension/guc.h"

extern "C" Datum sbert_vector_in(PG_FUNCTION_ARGS);

namespace sbert {

namespace {

struct Columns {
    int vector; // attribute numbers, from 1
    int text;
};

int column_number(TriggerData *trigger, const char *name)
{
    const int number = SPI_fnumber(trigger->tg_relation->rd_att, name);
    if (number <= 0)
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                        errmsg("column \"%s\" of relation \"%s\" does not exist", name,
                               RelationGetRelationName(trigger->tg_relation))));
    return number;
}

Form_pg_attribute attribute(TriggerData *trigger, int number)
{
    return TupleDescAttr(trigger->tg_relation->rd_att, number - 1);
}

// Refuses generated columns. They get their values after BEFORE triggers, so such a text does not
// exist yet, and such a vector cannot be set.
void check_is_stored(Form_pg_attribute column)
{
    if (column->attgenerated != '\0')
        ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
                        errmsg("column \"%s\" is a generated column", NameStr(column->attname)),
                        errhint("Use a generated vector column instead of the trigger.")));
}

// Checks that a column is a vector, by its input function, because the type may be in any schema.
// Domains over it are accepted.
void check_is_vector(Form_pg_attribute column)
{
    Oid input, io_parameter;
    FmgrInfo function;
    getTypeInputInfo(getBaseType(column->atttypid), &input, &io_parameter);
    fmgr_info(input, &function);
    if (function.fn_addr != sbert_vector_in)
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("column \"%s\" is not of type vector", NameStr(column->attname))));
}

void check_is_text(Form_pg_attribute column)
{
    char category;
    bool preferred;
    get_type_category_preferred(column->atttypid, &category, &preferred);
    if (category != TYPCATEGORY_STRING)
        ereport(ERROR,
                (errcode(ERRCODE_DATATYPE_MISMATCH),
                 errmsg("column \"%s\" is not of a character type", NameStr(column->attname))));
}

void check_call(FunctionCallInfo fcinfo)
{
    if (!CALLED_AS_TRIGGER(fcinfo))
        ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                        errmsg("sbert.embed_trigger() was not called by a trigger")));
    const auto *trigger = reinterpret_cast<TriggerData *>(fcinfo->context);
    const TriggerEvent event = trigger->tg_event;
    if (!TRIGGER_FIRED_FOR_ROW(event) || !TRIGGER_FIRED_BEFORE(event) ||
        !(TRIGGER_FIRED_BY_INSERT(event) || TRIGGER_FIRED_BY_UPDATE(event)))
        ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                        errmsg("sbert.embed_trigger() must be fired BEFORE INSERT OR UPDATE, "
                               "FOR EACH ROW")));
    const int n = trigger->tg_trigger->tgnargs;
    if (n < 2 || n > 4)
        ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
                        errmsg("sbert.embed_trigger() takes 2 to 4 arguments, not %d", n),
                        errhint("Name the vector column, the text column and, if it is not "
                                "sbert.default_model, the model, and a prompt if it is not the "
                                "model's default.")));
}

// The text column of a row as a C string, or null.
char *text_of(TriggerData *trigger, HeapTuple row, int column)
{
    return SPI_getvalue(row, trigger->tg_relation->rd_att, column);
}

bool is_null(TriggerData *trigger, HeapTuple row, int column)
{
    bool null;
    SPI_getbinval(row, trigger->tg_relation->rd_att, column, &null);
    return null;
}

// Whether the vector is current: an update that does not change the text needs no embedding, unless
// the vector is missing.
bool is_current(TriggerData *trigger, HeapTuple row, const Columns &columns, const char *text)
{
    if (!TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) || is_null(trigger, row, columns.vector))
        return false;
    const char *old = text_of(trigger, trigger->tg_trigtuple, columns.text);
    return old != nullptr && std::strcmp(old, text) == 0;
}

HeapTuple with_vector(TriggerData *trigger, HeapTuple row, int column, Datum value, bool null)
{
    return heap_modify_tuple_by_cols(row, trigger->tg_relation->rd_att, 1, &column, &value, &null);
}

// Checks the vector's dimensions against the column, and the constraints of a domain.
void check_value(Form_pg_attribute column, const Vector *vector)
{
    int32 typmod = column->atttypmod;
    const Oid base = getBaseTypeAndTypmod(column->atttypid, &typmod);
    if (typmod != -1 && typmod != vector->dim)
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("column \"%s\" takes %d dimensions, the model gives %d",
                               NameStr(column->attname), typmod, vector->dim)));
    if (base != column->atttypid)
        domain_check(PointerGetDatum(vector), false, column->atttypid, nullptr, nullptr);
}

HeapTuple embed_row(TriggerData *trigger, HeapTuple row)
{
    char **arguments = trigger->tg_trigger->tgargs;
    const Columns columns = {column_number(trigger, arguments[0]),
                             column_number(trigger, arguments[1])};
    const Form_pg_attribute vector_column = attribute(trigger, columns.vector);
    check_is_stored(vector_column);
    check_is_stored(attribute(trigger, columns.text));
    check_is_vector(vector_column);
    check_is_text(attribute(trigger, columns.text));
    const char *value = text_of(trigger, row, columns.text);
    if (value == nullptr)
        return with_vector(trigger, row, columns.vector, 0, true);
    if (is_current(trigger, row, columns, value))
        return row;
    const int n = trigger->tg_trigger->tgnargs;
    const Model *model = model_get(n >= 3 ? arguments[2] : default_model(), Gives::kVector);
    const std::string_view prompt = prompt_of(model, n == 4 ? arguments[3] : nullptr);
    encoder::TextInfo info;
    const Vector *vector = embed_text(model, prompt, utf8_of(cstring_to_text(value)), &info);
    check_value(vector_column, vector);
    return with_vector(trigger, row, columns.vector, PointerGetDatum(vector), false);
}

} // namespace

SBERT_FUNCTION(sbert_embed_trigger)
{
    check_call(fcinfo);
    auto *trigger = reinterpret_cast<TriggerData *>(fcinfo->context);
    const bool update = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event);
    return PointerGetDatum(
        embed_row(trigger, update ? trigger->tg_newtuple : trigger->tg_trigtuple));
}

} // namespace sbert
