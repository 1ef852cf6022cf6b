// How an index grows: the first training, and lists split that have outgrown their share. Each step
// is bounded, and done by one process at a time (kGrowLock).
#pragma once

#include "extension/ivf/place.h"

namespace sbert::ivf {

// Rows that are enough for the first training, and the lists it makes.
inline constexpr uint64 kFirstTraining = 4096;
inline constexpr uint32 kFirstLists = 128;

// Entries from which on a list is split, in an index of so many rows and lists.
uint64 share_of_list(uint64 rows, uint32 lists);

// After an insert found no room in the chain of `list`, of which it saw `blocks`: does what is due,
// unless another process does something of this kind. REQUIRES no lock of a list.
void grow_list(Relation index, uint32 list, uint32 blocks);

// Splits the list, or makes the first training, if it has its share. REQUIRES kGrowLock.
// kSplitNone: nothing was due, or nothing could be done.
enum SplitOutcome { kSplitDone, kSplitNone, kSplitDiskFull };
SplitOutcome split_when_due(Relation index, uint32 list, uint64 rows, WhenFull when_full);
// Blocks that splitting a list of so many rows takes, at most.
uint64 split_blocks(const Shape &shape, uint64 rows);

// Measures the stop rule again, by so many searches, and stores it. REQUIRES kGrowLock
void renew_rule(Relation index, uint64 rows, int queries, float errors);

} // namespace sbert::ivf
