// Long work that runs in this cluster's sessions, for the view sbert.activity.
//
// The data is in shared memory. From 17 on this is a segment of the server's registry. Before 17 it
// exists only if the library is preloaded. Without it a session sends its own client a NOTICE now
// and then.
#pragma once

#include "extension/pg.h"

namespace sbert {

// Called at load. Asks for shared memory if this must be done in the postmaster.
void activity_init();

// Begins an activity; a session has one at a time. `owner` must outlive it. An error that deletes
// this context also ends the activity.
//   command  the function's name
//   numbers  names of the values that are counted, `n` of them, at most kMostNumbers
inline constexpr int kMostNumbers = 10;
void activity_begin(const char *command, Oid relation, const char *const *numbers, int n,
                    MemoryContext owner);
void activity_phase(const char *phase);
// Sets `n` values from number `first` on.
void activity_set(int first, int n, const double *values);
void activity_end();
// Whether this session has an activity.
bool activity_runs();

// Counts texts that the current statement embedded, under the command `embed`. Only statements that
// take longer than a second are shown, and no NOTICE is sent. If the session has another activity,
// such as a training, nothing is counted.
void activity_embedded(int texts, int64 tokens);

} // namespace sbert
