// Kinds of things that are learned: classifiers, and what comes. Each is a table of its maker's
// own, so that rights, names, dumps, replicas and dropping are the server's: README.md.
//
//   version  part  <noun>             further columns
//   1        0     a value            null              a version
//   1        1...  null               values            what the version keeps
//
// The column that holds versions is called as the kind is, and is of the composite type of that
// name in the schema sbert: by this a table is known.
#pragma once

#include "extension/pg.h"

namespace sbert {

struct LearnedVersion;

struct LearnedColumn {
    const char *name;
    Oid type; // InvalidOid: the extension's own vector
};

struct LearnedKind {
    const char *noun;    // "classifier"
    const char *trainer; // the function that makes one
    const LearnedColumn *kept;
    int n_kept; // columns of what versions keep
    // Makes what is used of a version, all in `keep`; the current memory context is scratch. The
    // value may be hand-made by any user: nothing of it is believed before it was checked.
    void *(*load)(const LearnedVersion *version, MemoryContext keep);
};

} // namespace sbert
