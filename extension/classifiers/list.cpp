// sbert.classifier_versions() returns the versions of the classifiers that the caller may read.
//
// It reads tables and no views. It reads a table with policies only for the table's owner, because
// policies are code, and others should not run it without having named the table.
#include "extension/functions/set.h"
#include "extension/learned/table.h"

namespace sbert {
namespace {

constexpr char kTables[] =
    "SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_attribute a"
    " ON a.attrelid OPERATOR(pg_catalog.=) c.oid"
    " AND a.attname OPERATOR(pg_catalog.=) 'classifier'::pg_catalog.name"
    " AND a.atttypid OPERATOR(pg_catalog.=) 'sbert.classifier'::pg_catalog.regtype::pg_catalog.oid"
    " WHERE c.relkind::pg_catalog.text OPERATOR(pg_catalog.=) ANY ('{r,p}'::pg_catalog.text[])"
    " AND NOT c.relispartition"
    " AND (NOT c.relrowsecurity OR pg_catalog.pg_has_role(c.relowner, 'USAGE'))"
    " AND pg_catalog.has_schema_privilege(c.relnamespace, 'USAGE')"
    " AND (SELECT pg_catalog.count(*) OPERATOR(pg_catalog.=) 3 FROM pg_catalog.pg_attribute k"
    "  WHERE k.attrelid OPERATOR(pg_catalog.=) c.oid AND k.attname OPERATOR(pg_catalog.=)"
    "  ANY ('{version,part,classifier}'::pg_catalog.name[])"
    "  AND pg_catalog.has_column_privilege(c.oid, k.attnum, 'SELECT'))"
    " ORDER BY c.oid::pg_catalog.regclass::pg_catalog.text";

void select(const char *statement) { spi_expect(SPI_execute(statement, true, 0), SPI_OK_SELECT); }

void put_versions(ReturnSetInfo *set, Oid relation)
{
    select(psprintf("SELECT version, classifier FROM %s"
                    " WHERE part OPERATOR(pg_catalog.=) 0 AND version IS NOT NULL"
                    " ORDER BY version",
                    learned_quoted_name(relation)));
    for (uint64 i = 0; i < SPI_processed; i++) {
        Datum values[3] = {ObjectIdGetDatum(relation)};
        bool nulls[3] = {};
        for (int k = 1; k <= 2; k++)
            values[k] = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, k, &nulls[k]);
        set_put(set, values, nulls);
    }
    SPI_freetuptable(SPI_tuptable);
}

} // namespace

SBERT_FUNCTION(sbert_classifier_versions)
{
    ReturnSetInfo *set = set_start(fcinfo);
    spi_connect();
    select(kTables);
    const uint64 n = SPI_processed;
    SPITupleTable *tables = SPI_tuptable;
    for (uint64 i = 0; i < n; i++) {
        bool null;
        const Oid relation =
            DatumGetObjectId(SPI_getbinval(tables->vals[i], tables->tupdesc, 1, &null));
        LockRelationOid(relation, AccessShareLock);
        // The table may have been dropped since it was listed.
        if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relation)))
            put_versions(set, relation);
    }
    SPI_finish();
    return Datum{0};
}

} // namespace sbert
