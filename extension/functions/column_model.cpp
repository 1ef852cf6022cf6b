// Which model made the vectors of a column. The type of a column tells its dimensions only.
//
// A column's model stands in its generation expression, in the arguments of its trigger, or in a
// CHECK constraint that sbert.declare_model() adds: CHECK (sbert.made_by(embedding, 'model')). The
// server keeps all three in dumps and through renames. sbert.made_by() is always true and is
// inlined, so the constraint costs nothing.
#include <cstring>

#include "extension/functions/models.h"
#include "extension/functions/set.h"
#include "extension/guc.h"

extern "C" {
Datum sbert_embed(PG_FUNCTION_ARGS);
Datum sbert_embed_query(PG_FUNCTION_ARGS);
Datum sbert_embed_document(PG_FUNCTION_ARGS);
Datum sbert_embed_array(PG_FUNCTION_ARGS);
Datum sbert_embed_trigger(PG_FUNCTION_ARGS);
Datum sbert_vector_in(PG_FUNCTION_ARGS);
Datum sbert_halfvec_in(PG_FUNCTION_ARGS);
}

namespace sbert {
namespace {

bool is_embed(Oid function)
{
    FmgrInfo info;
    fmgr_info(function, &info);
    return info.fn_addr == sbert_embed || info.fn_addr == sbert_embed_query ||
           info.fn_addr == sbert_embed_document || info.fn_addr == sbert_embed_array;
}

bool is_made_by(Oid function)
{
    const char *name = get_func_name(function);
    return name != nullptr && strcmp(name, "made_by") == 0 &&
           get_func_namespace(function) == get_namespace_oid("sbert", true);
}

// What a call of embed() or sbert.made_by() tells.
struct Told {
    const char *model; // null: such a call was not found
    AttrNumber column; // the first argument if it is a column, else 0
};

// The second argument of a call, if it is a constant text.
const char *constant_model(const FuncExpr *call)
{
    if (list_length(call->args) < 2 || !IsA(lsecond(call->args), Const))
        return nullptr;
    const auto *constant = static_cast<const Const *>(lsecond(call->args));
    return constant->constisnull || constant->consttype != TEXTOID
               ? nullptr
               : TextDatumGetCString(constant->constvalue);
}

// Finds the first such call below a node.
bool find_call(Node *node, void *told)
{
    if (node == nullptr)
        return false;
    if (IsA(node, FuncExpr)) {
        const auto *call = reinterpret_cast<const FuncExpr *>(node);
        const char *model = constant_model(call);
        if (model != nullptr && (is_made_by(call->funcid) || is_embed(call->funcid))) {
            Node *first = strip_implicit_coercions(static_cast<Node *>(linitial(call->args)));
            *static_cast<Told *>(told) = {
                model, IsA(first, Var) ? reinterpret_cast<Var *>(first)->varattno : AttrNumber{0}};
            return true;
        }
    }
    return walk_expression(node, find_call, told);
}

Told told_by(const char *expression)
{
    Told told = {};
    find_call(static_cast<Node *>(stringToNode(expression)), &told);
    return told;
}

// Whether a type or its base is vector or halfvec, which its input function tells, because the
// types may be in any schema. `dimensions` becomes those of the base type if it gives some.
bool is_vector(Oid type, int32 *dimensions)
{
    Oid input, parameter;
    FmgrInfo function;
    getTypeInputInfo(getBaseTypeAndTypmod(type, dimensions), &input, &parameter);
    fmgr_info(input, &function);
    return function.fn_addr == sbert_vector_in || function.fn_addr == sbert_halfvec_in;
}

// ---- the models of a table's columns
// -------------------------------------------------------------

void put_column(ReturnSetInfo *set, Form_pg_attribute column, int32 dimensions, const char *model,
                const char *source)
{
    const bool nulls[] = {false, dimensions < 0, model == nullptr, source == nullptr};
    const Datum values[] = {NameGetDatum(&column->attname), Int32GetDatum(dimensions),
                            model != nullptr ? CStringGetTextDatum(model) : Datum{0},
                            source != nullptr ? CStringGetTextDatum(source) : Datum{0}};
    set_put(set, values, nulls);
}

// Each returns whether it told something about the column.

bool put_generated(ReturnSetInfo *set, const TupleConstr *constraints, Form_pg_attribute column,
                   int32 dimensions)
{
    if (column->attgenerated == '\0')
        return false;
    for (int i = 0; i < constraints->num_defval; i++) {
        if (constraints->defval[i].adnum != column->attnum)
            continue;
        const Told told = told_by(constraints->defval[i].adbin);
        if (told.model != nullptr)
            put_column(set, column, dimensions, told.model, "generated");
        return told.model != nullptr;
    }
    return false;
}

bool put_declared(ReturnSetInfo *set, const TupleConstr *constraints, Form_pg_attribute column,
                  int32 dimensions)
{
    bool any = false;
    for (int i = 0; i < constraints->num_check; i++) {
        const Told told = told_by(constraints->check[i].ccbin);
        if (told.model == nullptr || told.column != column->attnum)
            continue;
        put_column(set, column, dimensions, told.model, "declared");
        any = true;
    }
    return any;
}

bool put_triggers(ReturnSetInfo *set, const TriggerDesc *triggers, Form_pg_attribute column,
                  int32 dimensions)
{
    bool any = false;
    for (int i = 0; triggers != nullptr && i < triggers->numtriggers; i++) {
        const Trigger *trigger = &triggers->triggers[i];
        FmgrInfo function;
        fmgr_info(trigger->tgfoid, &function);
        if (function.fn_addr != sbert_embed_trigger || trigger->tgnargs < 2 ||
            strcmp(trigger->tgargs[0], NameStr(column->attname)) != 0)
            continue;
        put_column(set, column, dimensions,
                   trigger->tgnargs > 2 ? trigger->tgargs[2] : default_model(), "trigger");
        any = true;
    }
    return any;
}

void put_columns(ReturnSetInfo *set, Relation relation)
{
    const TupleConstr none = {};
    const TupleDesc row = RelationGetDescr(relation);
    const TupleConstr *constraints = row->constr != nullptr ? row->constr : &none;
    for (int i = 0; i < row->natts; i++) {
        Form_pg_attribute column = TupleDescAttr(row, i);
        int32 dimensions = column->atttypmod;
        if (column->attisdropped || !is_vector(column->atttypid, &dimensions))
            continue;
        const bool generated = put_generated(set, constraints, column, dimensions);
        const bool declared = put_declared(set, constraints, column, dimensions);
        const bool kept = put_triggers(set, relation->trigdesc, column, dimensions);
        if (!generated && !declared && !kept)
            put_column(set, column, dimensions, nullptr, nullptr);
    }
}

// ---- a declaration
// -------------------------------------------------------------------------------

// The number of a vector column; `dimensions` becomes those of its type, or -1.
AttrNumber vector_column(Oid relation, const char *name, int32 *dimensions)
{
    const AttrNumber number = get_attnum(relation, name);
    if (number <= 0)
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                        errmsg("column \"%s\" of relation \"%s\" does not exist", name,
                               get_rel_name(relation))));
    Oid type, collation;
    get_atttypetypmodcoll(relation, number, &type, dimensions, &collation);
    if (!is_vector(type, dimensions))
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("column \"%s\" is of type %s", name, format_type_be(type)),
                        errdetail("Models make values of the types vector and halfvec.")));
    return number;
}

// The name of the constraint that declares a column's model already, or null.
const char *declaring_constraint(Oid table, AttrNumber column)
{
    Relation relation = relation_open(table, AccessShareLock);
    const TupleConstr *constraints = RelationGetDescr(relation)->constr;
    const char *name = nullptr;
    for (int i = 0; constraints != nullptr && i < constraints->num_check && name == nullptr; i++) {
        const Told told = told_by(constraints->check[i].ccbin);
        if (told.model != nullptr && told.column == column)
            name = pstrdup(constraints->check[i].ccname);
    }
    relation_close(relation, AccessShareLock);
    return name;
}

void run_utility(const char *statement)
{
    const int code = SPI_execute(statement, false, 0);
    if (code != SPI_OK_UTILITY)
        elog(ERROR, "SPI_execute: %s", SPI_result_code_string(code));
}

} // namespace

// A row for each thing that tells the model of a vector column, and one with nulls for a column of
// which nothing is known.
SBERT_FUNCTION(sbert_column_models)
{
    ReturnSetInfo *set = set_start(fcinfo);
    Relation relation = relation_open(PG_GETARG_OID(0), AccessShareLock);
    put_columns(set, relation);
    relation_close(relation, AccessShareLock);
    return Datum{0};
}

// The constraint is added NOT VALID, so that no row is read. There is nothing to validate.
SBERT_FUNCTION(sbert_declare_model)
{
    const Oid relation = PG_GETARG_OID(0);
    const char *column = NameStr(*PG_GETARG_NAME(1));
    const char *name = text_to_cstring(PG_GETARG_TEXT_PP(2));
    const char *table = get_rel_name(relation);
    if (table == nullptr)
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                        errmsg("relation with OID %u does not exist", relation)));
    int32 dimensions;
    const AttrNumber number = vector_column(relation, column, &dimensions);
    const Model *model = model_get(name);
    if (dimensions > model->dimensions)
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("column \"%s\" has %d dimensions, the model %s gives %d", column,
                               dimensions, name, model->dimensions)));
    const char *replaced = declaring_constraint(relation, number);
    const char *constraint =
        replaced != nullptr ? replaced : makeObjectName(table, column, "model");
    StringInfoData sql;
    initStringInfo(&sql);
    appendStringInfo(
        &sql, "ALTER TABLE %s ",
        quote_qualified_identifier(get_namespace_name_or_temp(get_rel_namespace(relation)), table));
    if (replaced != nullptr)
        appendStringInfo(&sql, "DROP CONSTRAINT %s, ", quote_identifier(replaced));
    appendStringInfo(&sql, "ADD CONSTRAINT %s CHECK (sbert.made_by(%s, %s)) NOT VALID",
                     quote_identifier(constraint), quote_identifier(column),
                     quote_literal_cstr(name));
    SPI_connect();
    run_utility(sql.data);
    SPI_finish();
    PG_RETURN_VOID();
}

} // namespace sbert
