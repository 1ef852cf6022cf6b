// grant_classifier(), revoke_classifier(), drop_classifier(): plain statements on the tables, as
// the current user. The tables' policies decide what they reach; what is told apart here is only
// why they reached nothing.
#include <string_view>

#include "extension/classifiers/catalog.h"

#include "extension/classifiers/load.h"

namespace sbert {

namespace {

constexpr char kOwned[] =
    "SELECT FROM sbert.classifier WHERE name OPERATOR(pg_catalog.=) $1 FOR UPDATE";
constexpr char kSeen[] = "SELECT FROM sbert.classifier WHERE name OPERATOR(pg_catalog.=) $1";

constexpr char kGrant[] =
    "UPDATE sbert.classifier SET readers = pg_catalog.array_append(readers, $2)"
    " WHERE name OPERATOR(pg_catalog.=) $1 AND pg_catalog.array_position(readers, $2) IS NULL";
constexpr char kRevoke[] =
    "UPDATE sbert.classifier SET readers = pg_catalog.array_remove(readers, $2)"
    " WHERE name OPERATOR(pg_catalog.=) $1";

constexpr char kDrop[] = "DELETE FROM sbert.classifier WHERE name OPERATOR(pg_catalog.=) $1";

constexpr char kDropVersion[] =
    "DELETE FROM sbert.classifier_version WHERE classifier OPERATOR(pg_catalog.=) $1"
    " AND version OPERATOR(pg_catalog.=) $2";
constexpr char kDropEmpty[] =
    "DELETE FROM sbert.classifier WHERE name OPERATOR(pg_catalog.=) $1 AND NOT EXISTS ("
    "SELECT FROM sbert.classifier_version v WHERE v.classifier OPERATOR(pg_catalog.=) $1)";

// Runs a statement about the classifier `name`, with a second parameter where `type` is one;
// returns how many rows it reached.
uint64 run(const char *statement, const char *name, Oid type = InvalidOid, Datum second = 0)
{
    Oid types[] = {TEXTOID, type};
    Datum values[] = {CStringGetTextDatum(name), second};
    const int n = OidIsValid(type) ? 2 : 1;
    const int code = SPI_execute_with_args(statement, n, types, values, nullptr, false, 0);
    if (code < 0)
        elog(ERROR, "classifier \"%s\": %s", name, SPI_result_code_string(code));
    return SPI_processed;
}

void connect()
{
    if (SPI_connect() != SPI_OK_CONNECT)
        elog(ERROR, "SPI_connect failed");
}

char *name_arg(FunctionCallInfo fcinfo) { return text_to_cstring(PG_GETARG_TEXT_PP(0)); }

// Argument 1 as a regrole; public is 0.
Datum role_arg(FunctionCallInfo fcinfo)
{
    const char *role = text_to_cstring(PG_GETARG_TEXT_PP(1));
    const bool everybody = std::string_view(role) == "public";
    return ObjectIdGetDatum(everybody ? InvalidOid : get_role_oid(role, false));
}

// Changes who may use a classifier.
Datum change_readers(FunctionCallInfo fcinfo, const char *statement)
{
    const char *name = name_arg(fcinfo);
    const Datum role = role_arg(fcinfo);
    connect();
    classifier_lock(name);
    run(statement, name, REGROLEOID, role);
    SPI_finish();
    PG_RETURN_VOID();
}

void drop_version(const char *name, int32 version)
{
    if (run(kDropVersion, name, INT4OID, Int32GetDatum(version)) == 0)
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
                        errmsg("classifier \"%s\" has no version %d", name, version)));
    run(kDropEmpty, name);
}

} // namespace

void classifier_lock(const char *name)
{
    if (run(kOwned, name) > 0)
        return;
    if (run(kSeen, name) == 0)
        report_no_classifier(name);
    ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
                    errmsg("must be owner of classifier \"%s\"", name)));
}

} // namespace sbert

extern "C" {

SBERT_FUNCTION(sbert_grant_classifier);
Datum sbert_grant_classifier(PG_FUNCTION_ARGS)
{
    return sbert::change_readers(fcinfo, sbert::kGrant);
}

SBERT_FUNCTION(sbert_revoke_classifier);
Datum sbert_revoke_classifier(PG_FUNCTION_ARGS)
{
    return sbert::change_readers(fcinfo, sbert::kRevoke);
}

SBERT_FUNCTION(sbert_drop_classifier);
Datum sbert_drop_classifier(PG_FUNCTION_ARGS)
{
    using namespace sbert;
    const char *name = name_arg(fcinfo);
    connect();
    classifier_lock(name);
    if (PG_NARGS() == 2)
        drop_version(name, PG_GETARG_INT32(1));
    else
        run(kDrop, name);
    SPI_finish();
    PG_RETURN_VOID();
}

} // extern "C"
