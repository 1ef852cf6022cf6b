// Returns the rows of a set-returning function, in materialise mode.
#pragma once

#include "extension/pg.h"

namespace sbert {

// Starts the result set of a function declared with OUT columns or RETURNS TABLE.
inline ReturnSetInfo *set_start(FunctionCallInfo fcinfo)
{
    InitMaterializedSRF(fcinfo, 0);
    return reinterpret_cast<ReturnSetInfo *>(fcinfo->resultinfo);
}

// Appends one row with as many values and null flags as the set has columns.
inline void set_put(ReturnSetInfo *set, const Datum *values, const bool *nulls)
{
    // The server only reads them.
    tuplestore_putvalues(set->setResult, set->setDesc, const_cast<Datum *>(values),
                         const_cast<bool *>(nulls));
}

} // namespace sbert
