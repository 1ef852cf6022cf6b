// Assigning in several processes: each scans its share of the table into a sort of its own; the
// leader does so too, then merges all sorts.
//
// In shared memory lie what was decided before (lists, centroids as they will be stored), the state
// of the parallel scan and of the sort, and the counts that come back. Workers open table and index
// with the leader's locks.
#pragma once

#include "extension/ivf/build_state.h"
#include "extension/ivf/record_sort.h"

namespace sbert::ivf {

// All rows, sorted by list, with as many workers as there are; sets build's results. The sort of
// a parallel build lives until build_parallel_end().
struct ParallelBuild;
RecordSort *assign_in_parallel(Build *build, ParallelBuild **parallel);
void build_parallel_end(ParallelBuild *parallel);

} // namespace sbert::ivf
