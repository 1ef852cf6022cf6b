// Sorted rows become pages. The first pass writes row pages, in the order of the rows' nearest
// lists, which gives every row its id; its one or two entries go into a second sort. That sort's
// pass writes each list's blocks one after another, then the directory and the metapage. None of it
// is logged yet.
#pragma once

#include "extension/ivf/build_state.h"
#include "extension/ivf/record_sort.h"

namespace sbert::ivf {

// The whole index but for the stop rule: `rows` is read to its end.
void write_index(Build *build, RecordSort *rows, Size sort_bytes);
// An index without rows, to any fork.
void write_empty(Build *build, ForkNumber fork);

} // namespace sbert::ivf
