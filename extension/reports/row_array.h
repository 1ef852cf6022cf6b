// The result of a report: an array of a composite type, for unnest().
#pragma once

#include "extension/pg.h"

namespace sbert {

struct RowArray {
    Oid type;
    TupleDesc columns;
    ArrayBuildState *rows;
};

// Starts the result of the function being called, which returns an array of a composite type with
// that many columns. All in the current context.
RowArray row_array_start(FunctionCallInfo fcinfo, int columns);

// Appends a row: as many values and null flags as there are columns.
void row_array_put(RowArray &array, const Datum *values, const bool *nulls);

Datum row_array_finish(RowArray &array);

} // namespace sbert
