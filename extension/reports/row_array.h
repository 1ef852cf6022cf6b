// The result of a report, an array of a composite type for unnest().
//
// It is written in place, row by row. The server's own functions would copy all rows again at the
// end, in a loop that a cancel cannot end.
#pragma once

#include "extension/pg.h"

namespace sbert {

struct RowArray {
    Oid type;
    TupleDesc columns;
    char *bytes; // the future array: room for its header, then the rows
    Size length; // bytes in use
    Size room;
    int count; // number of rows
};

// Starts the result of the called function in the current context. The function returns an array of
// a composite type with `columns` columns.
RowArray row_array_start(FunctionCallInfo fcinfo, int columns);

// Appends a row with as many values and null flags as there are columns. Raises an error if the
// array would become too large. Polls for a cancel.
void row_array_put(RowArray &array, const Datum *values, const bool *nulls);

Datum row_array_finish(RowArray &array);

} // namespace sbert
