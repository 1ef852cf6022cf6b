#include "extension/learned/version.h"

#include "extension/learned/table.h"

namespace sbert {
namespace {

// The primary key begins with the part, so the newest version is the last entry of part 0.
char *statement_of(const LearnedKind *kind, Oid relation)
{
    return psprintf("SELECT version, %s FROM %s WHERE part OPERATOR(pg_catalog.=) 0"
                    " AND ($1 OPERATOR(pg_catalog.=) 0 OR version OPERATOR(pg_catalog.=) $1)"
                    " ORDER BY version DESC LIMIT 1",
                    kind->noun, learned_quoted_name(relation));
}

// The server plans again if the table, the user or the search_path has changed since the last time.
void prepare(const LearnedKind *kind, Oid relation, LearnedFinder *finder)
{
    char *statement = statement_of(kind, relation);
    if (finder->plan != nullptr && strcmp(finder->statement, statement) == 0)
        return;
    learned_finder_end(finder);
    Oid types[] = {INT4OID};
    SPIPlanPtr plan = SPI_prepare(statement, 1, types);
    if (plan == nullptr)
        elog(ERROR, "SPI_prepare: %s", SPI_result_code_string(SPI_result));
    finder->statement = MemoryContextStrdup(CacheMemoryContext, statement);
    SPI_keepplan(plan);
    finder->plan = plan;
}

int32 newest(const LearnedKind *kind, Oid relation, Snapshot snapshot)
{
    LearnedFinder finder = {};
    LearnedVersion version = {};
    PushActiveSnapshot(snapshot);
    const bool found = learned_find(kind, relation, 0, &finder, &version);
    PopActiveSnapshot();
    learned_finder_end(&finder);
    return found ? version.version : 0;
}

} // namespace

void learned_finder_end(LearnedFinder *finder)
{
    if (finder->plan != nullptr)
        SPI_freeplan(finder->plan);
    if (finder->statement != nullptr)
        pfree(finder->statement);
    *finder = {};
}

bool learned_find(const LearnedKind *kind, Oid relation, int32 wanted, LearnedFinder *finder,
                  LearnedVersion *version)
{
    MemoryContext caller = CurrentMemoryContext;
    learned_check(kind, relation);
    spi_connect();
    prepare(kind, relation, finder);
    Datum values[] = {Int32GetDatum(wanted)};
    spi_expect(SPI_execute_plan(finder->plan, values, nullptr, true, 1), SPI_OK_SELECT);
    const bool found = SPI_processed == 1;
    if (found) {
        bool null;
        MemoryContext spi = MemoryContextSwitchTo(caller);
        *version = {kind, learned_plain_name(relation), 0, 0};
        version->version =
            DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &null));
        const Datum value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &null);
        if (null)
            report_damaged(version, "its row is empty");
        version->value = datumCopy(value, false, -1);
        MemoryContextSwitchTo(spi);
    }
    SPI_finish();
    return found;
}

void learned_lock(const LearnedKind *kind, Oid relation)
{
    const Oid user = GetUserId();
    if (pg_class_aclcheck(relation, user, ACL_INSERT) != ACLCHECK_OK)
        aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, learned_plain_name(relation));
    PreventCommandIfReadOnly("a training");
    LockRelationOid(relation, ShareUpdateExclusiveLock);
    if (newest(kind, relation, GetLatestSnapshot()) !=
        newest(kind, relation, GetTransactionSnapshot()))
        ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
                        errmsg("could not serialize access due to concurrent update")));
}

LearnedRow learned_row(Datum value)
{
    LearnedRow row;
    row.header = DatumGetHeapTupleHeader(value);
    row.columns = lookup_rowtype_tupdesc_copy(HeapTupleHeaderGetTypeId(row.header),
                                              HeapTupleHeaderGetTypMod(row.header));
    return row;
}

Datum learned_attribute(const LearnedRow *row, const char *name, bool *null)
{
    HeapTupleData tuple = {};
    tuple.t_len = HeapTupleHeaderGetDatumLength(row->header);
    ItemPointerSetInvalid(&tuple.t_self);
    tuple.t_tableOid = InvalidOid;
    tuple.t_data = row->header;
    const int number = SPI_fnumber(row->columns, name);
    if (number <= 0)
        ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                        errmsg("type %s has no attribute \"%s\"",
                               format_type_be(HeapTupleHeaderGetTypeId(row->header)), name),
                        errhint("It is of another version of the extension: use ALTER EXTENSION "
                                "sbert UPDATE, or connect again.")));
    return heap_getattr(&tuple, number, row->columns, null);
}

void report_damaged(const LearnedVersion *version, const char *what)
{
    ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED),
                    errmsg("version %d of %s \"%s\" is damaged: %s", version->version,
                           version->kind->noun, version->name, what),
                    errhint("Delete this version, or train it again.")));
    pg_unreachable();
}

} // namespace sbert
