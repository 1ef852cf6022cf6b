// sbert.last_scan(): what the last index scan of this session read.
#include "extension/pg.h"

#include "extension/ivf/scan.h"

extern "C" {

SBERT_FUNCTION(sbert_last_scan);
Datum sbert_last_scan(PG_FUNCTION_ARGS)
{
    const sbert::ivf::LastScan *scan = sbert::ivf::last_scan();
    TupleDesc shape;
    if (get_call_result_type(fcinfo, nullptr, &shape) != TYPEFUNC_COMPOSITE)
        elog(ERROR, "sbert.last_scan() returns a row");
    // How much another role's scan read tells of rows that this one may not see.
    const bool none = !scan->any || scan->role != GetUserId();
    Datum values[] = {Int64GetDatum(scan->lists),   Int64GetDatum(scan->looked_at),
                      Int64GetDatum(scan->refined), Int64GetDatum(scan->pages),
                      Int64GetDatum(scan->rounds),  Int64GetDatum(scan->fetched),
                      Int64GetDatum(scan->late),    Int64GetDatum(scan->returned)};
    bool nulls[] = {none, none, none, none, none, none, none, none};
    PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(shape), values, nulls)));
}

} // extern "C"
