// A version of a learned thing: finds the one that a statement means, reads its value, and decides
// who may add the next one. It is read by SPI as the current user, whose rights and policies apply.
#pragma once

#include "extension/learned/kind.h"

namespace sbert {

struct LearnedVersion {
    const LearnedKind *kind;
    const char *name; // of the table, for messages
    int32 version;
    Datum value; // of the composite type, as the table stores it, perhaps in TOAST
};

// Most of the time of finding a version is planning, so the plan is kept until the table is
// renamed. The struct is all zeros at first.
struct LearnedFinder {
    SPIPlanPtr plan;
    char *statement; // in CacheMemoryContext
};
void learned_finder_end(LearnedFinder *finder);

// Finds the version that the active snapshot sees, 0 for the newest, in the current memory context.
// Returns false if there is none. REQUIRES a lock on the relation.
bool learned_find(const LearnedKind *kind, Oid relation, int32 wanted, LearnedFinder *finder,
                  LearnedVersion *version);

// Called before a version is added. Takes a lock until the transaction ends, so that only one
// session at a time adds one. Raises insufficient_privilege if the current user may not insert, and
// serialization_failure if another session's version is newer than the transaction's snapshot.
void learned_lock(const LearnedKind *kind, Oid relation);

// learned_row() detoasts the composite value, and learned_attribute() returns a column of it.
struct LearnedRow {
    HeapTupleHeader header;
    TupleDesc columns; // a copy
};
LearnedRow learned_row(Datum value);
Datum learned_attribute(const LearnedRow *row, const char *name, bool *null);

[[noreturn]] void report_damaged(const LearnedVersion *version, const char *what);

} // namespace sbert
