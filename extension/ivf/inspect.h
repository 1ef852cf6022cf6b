// Functions of SQL that inspect a whole index: opening it, and what they have in common.
#pragma once

#include "extension/pg.h"

namespace sbert::ivf {

struct Inspected {
    Relation table, index;
    LOCKMODE lock; // of the table
};
// Opens an sbert_ivf index of the caller's own, the table locked by `lock` (in recovery, where that
// cannot be had, by AccessShareLock).
Inspected inspect_open(Oid index, LOCKMODE lock);
void inspect_close(const Inspected &inspected);

// The row that an SQL function returns.
Datum result_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls);

} // namespace sbert::ivf
