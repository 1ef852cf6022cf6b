#include "extension/pg.h"

#include "extension/ivf/inspect.h"
#include "extension/ivf/last_scan.h"

namespace sbert::ivf {
namespace {

Oid last_role = InvalidOid; // there was none yet
ScanCounters last;

} // namespace

void last_scan_set(Oid role, const ScanCounters &counters)
{
    last_role = role;
    last = counters;
}

SBERT_FUNCTION(sbert_last_scan)
{
    const bool none = last_role != GetUserId();
    Datum values[] = {Int64GetDatum(last.probes),        Int64GetDatum(last.rows_scanned),
                      Int64GetDatum(last.rows_reranked), Int64GetDatum(last.pages),
                      Int64GetDatum(last.rounds),        Int64GetDatum(last.rows_fetched),
                      Int64GetDatum(last.rows_late),     Int64GetDatum(last.rows_returned)};
    bool nulls[] = {none, none, none, none, none, none, none, none};
    PG_RETURN_DATUM(result_row(fcinfo, values, nulls));
}

} // namespace sbert::ivf
