// The loaded versions that a backend keeps for further use.
//
// Each statement looks up in the table which version its snapshot and its user's rights give, and
// the value stored for it, which is a pointer into TOAST or a short value itself. A loaded version
// is used while these are the same. So commits of others, rollbacks, TRUNCATE, replication and
// policies need no invalidation, and a statement never uses a version that it may not see.
#pragma once

#include "extension/learned/kind.h"

namespace sbert {

struct Learned {
    void *object; // made by LearnedKind::load
    int32 version;
    int pins;
    bool current;           // whether an entry of the cache refers to it
    struct varlena *stored; // the value as the table stores it
    MemoryContext context;  // holds everything here
};

// Pins and returns the version that the statement sees, 0 for the newest. Raises undefined_table if
// the relation no longer exists, undefined_object if it has no such version, and the errors of
// learned_check() and of the kind's load.
Learned *learned_open(const LearnedKind *kind, Oid relation, int32 version);
void learned_close(Learned *learned);
// Closes it when that context is reset or deleted.
void learned_close_with(Learned *learned, MemoryContext context);

// Frees everything that is not pinned, for DISCARD ALL.
void learned_forget();

} // namespace sbert
