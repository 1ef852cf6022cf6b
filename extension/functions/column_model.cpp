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

// ---- expressions of the catalogs
// -----------------------------------------------------------------

// Argument `n` of a call, from 0, without relabellings, or null. Named arguments stand where they
// were written.
const Node *argument(const FuncExpr *call, int n)
{
    const ListCell *cell;
    foreach (cell, call->args) {
        auto *node = static_cast<const Node *>(lfirst(cell));
        int number = foreach_current_index(cell);
        if (IsA(node, NamedArgExpr)) {
            number = reinterpret_cast<const NamedArgExpr *>(node)->argnumber;
            node =
                reinterpret_cast<const Node *>(reinterpret_cast<const NamedArgExpr *>(node)->arg);
        }
        if (number != n)
            continue;
        node = strip_implicit_coercions(const_cast<Node *>(node));
        while (IsA(node, RelabelType))
            node = reinterpret_cast<const Node *>(reinterpret_cast<const RelabelType *>(node)->arg);
        return node;
    }
    return nullptr;
}

// The model of a call, if it is a constant text.
const char *constant_model(const FuncExpr *call)
{
    const Node *node = argument(call, 1);
    if (node == nullptr || !IsA(node, Const))
        return nullptr;
    const auto *constant = reinterpret_cast<const Const *>(node);
    const bool is_text = constant->consttype == TEXTOID || constant->consttype == VARCHAROID;
    return constant->constisnull || !is_text ? nullptr : TextDatumGetCString(constant->constvalue);
}

// Collects the models of all calls of embed() below a node, each once.
bool find_models(Node *node, void *models)
{
    if (node == nullptr)
        return false;
    if (IsA(node, FuncExpr)) {
        const auto *call = reinterpret_cast<const FuncExpr *>(node);
        const char *model = is_embed(call->funcid) ? constant_model(call) : nullptr;
        auto **found = static_cast<List **>(models);
        if (model != nullptr)
            *found = list_append_unique(*found, makeString(pstrdup(model)));
    }
    return walk_expression(node, find_models, models);
}

// The model of a constraint that only declares it for this column, or null.
const char *declared_model(const ConstrCheck *constraint, AttrNumber column)
{
    auto *node = static_cast<Node *>(stringToNode(constraint->ccbin));
    if (!IsA(node, FuncExpr) || !is_made_by(reinterpret_cast<FuncExpr *>(node)->funcid))
        return nullptr;
    const auto *call = reinterpret_cast<const FuncExpr *>(node);
    const Node *value = argument(call, 0);
    if (value == nullptr || !IsA(value, Var) ||
        reinterpret_cast<const Var *>(value)->varattno != column)
        return nullptr;
    return constant_model(call);
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
    List *models = NIL;
    for (int i = 0; i < constraints->num_defval; i++)
        if (column->attgenerated != '\0' && constraints->defval[i].adnum == column->attnum)
            find_models(static_cast<Node *>(stringToNode(constraints->defval[i].adbin)), &models);
    const ListCell *cell;
    foreach (cell, models)
        put_column(set, column, dimensions, strVal(lfirst(cell)), "generated");
    return models != NIL;
}

bool put_declared(ReturnSetInfo *set, const TupleConstr *constraints, Form_pg_attribute column,
                  int32 dimensions)
{
    bool any = false;
    for (int i = 0; i < constraints->num_check; i++) {
        const char *model = declared_model(&constraints->check[i], column->attnum);
        if (model == nullptr)
            continue;
        put_column(set, column, dimensions, model, "declared");
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
        if (trigger->tgenabled == TRIGGER_DISABLED || function.fn_addr != sbert_embed_trigger ||
            trigger->tgnargs < 2 || strcmp(trigger->tgargs[0], NameStr(column->attname)) != 0)
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

// Locks a table of the current user, so that neither its name nor its columns change any more.
Relation open_own_table(Oid table)
{
    if (get_rel_name(table) != nullptr &&
        !object_ownercheck(RelationRelationId, table, GetUserId()))
        aclcheck_error(ACLCHECK_NOT_OWNER, get_relkind_objtype(get_rel_relkind(table)),
                       get_rel_name(table));
    Relation relation = try_relation_open(table, AccessExclusiveLock);
    if (relation == nullptr)
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                        errmsg("relation with OID %u does not exist", table)));
    return relation;
}

// Checks that a column is there and takes vectors of the model.
Form_pg_attribute check_column(Relation relation, const char *name, const Model *model)
{
    const AttrNumber number = get_attnum(RelationGetRelid(relation), name);
    if (number <= 0)
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
                        errmsg("column \"%s\" of relation \"%s\" does not exist", name,
                               RelationGetRelationName(relation))));
    Form_pg_attribute column = TupleDescAttr(RelationGetDescr(relation), number - 1);
    int32 dimensions = column->atttypmod;
    if (!is_vector(column->atttypid, &dimensions))
        ereport(ERROR,
                (errcode(ERRCODE_DATATYPE_MISMATCH),
                 errmsg("column \"%s\" is of type %s", name, format_type_be(column->atttypid)),
                 errdetail("Models make values of the types vector and halfvec.")));
    if (dimensions > model->dimensions)
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("column \"%s\" has %d dimensions, the model %s gives %d", name,
                               dimensions, model->name, model->dimensions)));
    return column;
}

// The name of the constraint that declares a column's model already, or null.
const char *declaring_constraint(Relation relation, AttrNumber column)
{
    const TupleConstr *constraints = RelationGetDescr(relation)->constr;
    for (int i = 0; constraints != nullptr && i < constraints->num_check; i++)
        if (declared_model(&constraints->check[i], column) != nullptr)
            return constraints->check[i].ccname;
    return nullptr;
}

// A name that no constraint of the table has. It is that of the column alone, so that partitions
// that declare the same can be attached.
const char *free_name(Relation relation, const char *column)
{
    for (int n = 0;; n++) {
        const char *label = n == 0 ? "model" : psprintf("model%d", n);
        const char *name = makeObjectName(column, nullptr, label);
        if (!ConstraintNameIsUsed(CONSTRAINT_RELATION, RelationGetRelid(relation), name))
            return name;
    }
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
    Relation relation = try_relation_open(PG_GETARG_OID(0), AccessShareLock);
    if (relation == nullptr)
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                        errmsg("relation with OID %u does not exist", PG_GETARG_OID(0))));
    put_columns(set, relation);
    relation_close(relation, AccessShareLock);
    return Datum{0};
}

// The constraint is added NOT VALID, so that no row is read. There is nothing to validate.
SBERT_FUNCTION(sbert_declare_model)
{
    const char *name = text_to_cstring(PG_GETARG_TEXT_PP(2));
    const Model *model = model_get(name, Gives::kVector);
    Relation relation = open_own_table(PG_GETARG_OID(0));
    const Form_pg_attribute column = check_column(relation, NameStr(*PG_GETARG_NAME(1)), model);
    const char *replaced = declaring_constraint(relation, column->attnum);
    const char *added =
        replaced != nullptr ? replaced : free_name(relation, NameStr(column->attname));
    StringInfoData sql;
    initStringInfo(&sql);
    appendStringInfo(
        &sql, "ALTER TABLE %s ",
        quote_qualified_identifier(get_namespace_name_or_temp(RelationGetNamespace(relation)),
                                   RelationGetRelationName(relation)));
    if (replaced != nullptr)
        appendStringInfo(&sql, "DROP CONSTRAINT %s, ", quote_identifier(replaced));
    appendStringInfo(&sql, "ADD CONSTRAINT %s CHECK (sbert.made_by(%s, %s)) NOT VALID",
                     quote_identifier(added), quote_identifier(NameStr(column->attname)),
                     quote_literal_cstr(name));
    relation_close(relation, NoLock); // ALTER TABLE wants no other reference
    SPI_connect();
    run_utility(sql.data);
    SPI_finish();
    PG_RETURN_VOID();
}

} // namespace sbert
