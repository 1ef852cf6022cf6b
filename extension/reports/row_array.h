// The result of a report: an array of a composite type, for unnest().
//
// It is written in place, row by row: the server's own collector copies them all once more at the
// end, in a loop that no cancel ends.
#pragma once

#include "extension/pg.h"

namespace sbert {

struct RowArray {
    Oid type;
    TupleDesc columns;
    char *bytes; // of the array to be: room for its header, then the rows
    Size length; // used
    Size room;
    int count; // of the rows
};

// Starts the result of the function being called, which returns an array of a composite type with
// that many columns. All in the current context.
RowArray row_array_start(FunctionCallInfo fcinfo, int columns);

// Appends a row: as many values and null flags as there are columns. An error where the array would
// exceed what an array can hold. Polls.
void row_array_put(RowArray &array, const Datum *values, const bool *nulls);

Datum row_array_finish(RowArray &array);

} // namespace sbert
