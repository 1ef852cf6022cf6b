#include "extension/sql_version.h"

namespace sbert {
namespace {

// All versions whose objects this module serves, the newest last (sql/CMakeLists.txt).
const char *const kServed[] = {SBERT_SQL_VERSIONS};

// `extversion` of pg_extension, or null where the database does not have the extension. No cache of
// the server's has it.
char *installed_version()
{
    Relation extensions = table_open(ExtensionRelationId, AccessShareLock);
    ScanKeyData key;
    ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ,
                CStringGetDatum("sbert"));
    SysScanDesc scan = systable_beginscan(extensions, ExtensionNameIndexId, true, nullptr, 1, &key);
    char *version = nullptr;
    if (HeapTuple tuple = systable_getnext(scan); HeapTupleIsValid(tuple)) {
        bool is_null;
        Datum value = heap_getattr(tuple, Anum_pg_extension_extversion,
                                   RelationGetDescr(extensions), &is_null);
        version = TextDatumGetCString(value); // the column is NOT NULL
    }
    systable_endscan(scan);
    table_close(extensions, AccessShareLock);
    return version;
}

bool is_served(const char *version)
{
    for (const char *served : kServed)
        if (strcmp(version, served) == 0)
            return true;
    return false;
}

void check_version()
{
    const char *version = installed_version();
    if (version == nullptr || is_served(version))
        return;
    const char *newest = kServed[lengthof(kServed) - 1];
    ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                    errmsg("the module of sbert %s does not serve the extension's version \"%s\"",
                           newest, version),
                    errhint("If the version is older, run ALTER EXTENSION sbert UPDATE. If it is "
                            "newer, install its module on "
                            "this server and reconnect.")));
}

} // namespace

const Pg_finfo_record *function_info()
{
    static const Pg_finfo_record info = {1};
    static bool checked = false;
    // Outside a transaction no catalog can be read, and decoding sees that of another time. Vacuum
    // against wraparound must not stop.
    if (!checked && IsTransactionState() && !HistoricSnapshotActive() && !is_autovacuum_worker()) {
        check_version();
        checked = true;
    }
    return &info;
}

} // namespace sbert
