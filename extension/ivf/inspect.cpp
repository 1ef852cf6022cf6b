#include "extension/pg.h"

#include "extension/ivf/inspect.h"
#include "extension/ivf/verbs.h"

namespace sbert::ivf {

Inspected inspect_open(Oid oid, LOCKMODE lock)
{
    const char kind = get_rel_relkind(oid);
    const Oid table = kind == RELKIND_INDEX ? IndexGetRelation(oid, true) : InvalidOid;
    const char *name = get_rel_name(oid);
    if (name == nullptr)
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                        errmsg("relation with OID %u does not exist", oid)));
    if (!OidIsValid(table))
        ereport(ERROR,
                (errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("\"%s\" is not an index", name)));
    if (!object_ownercheck(RelationRelationId, oid, GetUserId()))
        aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_INDEX, name);
    Inspected inspected = {};
    inspected.lock = RecoveryInProgress() ? AccessShareLock : lock;
    inspected.table = table_open(table, inspected.lock);
    inspected.index = index_open(oid, AccessShareLock);
    // By a verb that every face of the access method has (face.h).
    if (inspected.index->rd_indam->ambulkdelete != ivf_bulkdelete)
        ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
                        errmsg("\"%s\" is not an sbert_ivf index",
                               RelationGetRelationName(inspected.index))));
    // What a failed CREATE INDEX CONCURRENTLY leaves may have no pages at all.
    if (!inspected.index->rd_index->indisvalid)
        ereport(ERROR,
                (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                 errmsg("the index \"%s\" is not valid", RelationGetRelationName(inspected.index)),
                 errhint("Drop it, or REINDEX it.")));
    return inspected;
}

void inspect_close(const Inspected &inspected)
{
    index_close(inspected.index, AccessShareLock);
    table_close(inspected.table, inspected.lock);
}

Datum result_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls)
{
    TupleDesc columns;
    if (get_call_result_type(fcinfo, nullptr, &columns) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "function %u returns a row", fcinfo->flinfo->fn_oid);
    return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(columns), values, nulls));
}

} // namespace sbert::ivf
