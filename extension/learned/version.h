// One version of something learned: which one a statement means, its value, who may add a next one.
// Read by SPI as the current user, whose rights and policies the server holds.
#pragma once

#include "extension/learned/kind.h"

namespace sbert {

struct LearnedVersion {
    const LearnedKind *kind;
    const char *name; // of the table, for messages
    int32 version;
    Datum value; // of the composite type, as the table holds it: perhaps in TOAST
};

// Finding a version is mostly planning, so its plan is kept until the table is renamed. All zeros
// at first.
struct LearnedFinder {
    SPIPlanPtr plan;
    char *statement; // in CacheMemoryContext
};
void learned_finder_end(LearnedFinder *finder);

// The version, 0 for the newest, that the active snapshot sees, in the current memory context.
// False where there is none. REQUIRES a lock of the relation.
bool learned_find(const LearnedKind *kind, Oid relation, int32 wanted, LearnedFinder *finder,
                  LearnedVersion *version);

// Before a further version is made: takes a lock until the transaction ends, so that one session at
// a time does. Raises insufficient_privilege where the current user may not insert, and
// serialization_failure where another's version is newer than the transaction's snapshot.
void learned_lock(const LearnedKind *kind, Oid relation);

// The composite value, detoasted, and a column of it.
struct LearnedRow {
    HeapTupleHeader header;
    TupleDesc columns; // a copy
};
LearnedRow learned_row(Datum value);
Datum learned_attribute(const LearnedRow *row, const char *name, bool *null);

[[noreturn]] void report_damaged(const LearnedVersion *version, const char *what);

} // namespace sbert
