// What a backend keeps of the versions that it used, ready to be used again.
//
// Each statement asks the table which version its snapshot and its user's rights give, and what is
// stored for it: a pointer into TOAST, or a short value itself. What is kept serves while these are
// the same. So commits of others, rollbacks, TRUNCATE, replication and policies need no message:
// the table is asked, and a statement never sees what is not its own.
#pragma once

#include "extension/learned/kind.h"

namespace sbert {

struct Learned {
    void *object; // as LearnedKind::load made it
    int32 version;
    int pins;
    bool current;           // an entry of the cache refers to it
    struct varlena *stored; // the value as the table holds it
    MemoryContext context;  // of all this
};

// The version, 0 for the newest, that the statement sees, pinned. Raises undefined_table where the
// relation is gone, undefined_object where it has no such version, and what learned_check() and the
// kind's load do.
Learned *learned_open(const LearnedKind *kind, Oid relation, int32 version);
void learned_close(Learned *learned);
// When that context is reset or deleted.
void learned_close_with(Learned *learned, MemoryContext context);

// Gives back what is not pinned: DISCARD ALL.
void learned_forget();

} // namespace sbert
