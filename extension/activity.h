// What runs in this cluster's sessions and takes long, for the view sbert.activity.
//
// It lies in shared memory: from 17 on in a segment of the server's registry, before that where the
// library is preloaded. Without it a session tells its own client by a NOTICE now and then.
#pragma once

#include "extension/pg.h"

namespace sbert {

// At load: asks for shared memory where that has to be asked for in the postmaster.
void activity_init();

// One at a time in a session. `owner` outlives it: an error that deletes this context ends it too.
//   command  the function's name
//   numbers  names of what is counted, `n` of them, at most kMostNumbers
inline constexpr int kMostNumbers = 10;
void activity_begin(const char *command, Oid relation, const char *const *numbers, int n,
                    MemoryContext owner);
void activity_phase(const char *phase);
// The values from `first` on.
void activity_set(int first, int n, const double *values);
void activity_end();

} // namespace sbert
