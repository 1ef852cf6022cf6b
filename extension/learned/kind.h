// Kinds of learned things. Classifiers are the first. Each thing is a table that its maker owns, so
// that the server provides rights, names, dumps, replicas and dropping (README.md).
//
//   version  part  <noun>             further columns
//   1        0     a value            null              a version
//   1        1...  null               values            a row that the version keeps
//
// The column that holds versions has the name of the kind, and the composite type of that name in
// the schema sbert. This identifies the table.
#pragma once

#include "extension/pg.h"

namespace sbert {

struct LearnedVersion;

struct LearnedColumn {
    const char *name;
    Oid type; // InvalidOid for the extension's own vector
};

struct LearnedKind {
    const char *noun;    // "classifier"
    const char *trainer; // the function that makes one
    // The columns of the rows that versions keep.
    const LearnedColumn *kept;
    int n_kept;
    // Loads a version into `keep`. The current memory context is scratch. Any user may have written
    // the value by hand, so everything must be checked before it is used.
    void *(*load)(const LearnedVersion *version, MemoryContext keep);
};

} // namespace sbert
