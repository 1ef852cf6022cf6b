// How an index grows: the first lists made of the one that an index begins with, and lists split
// that have outgrown their share. Each step
// is bounded, and done by one process at a time (kGrowLock).
#pragma once

#include "extension/ivf/disk.h"

namespace sbert::ivf {

// Entries from which on a list is split, in an index of so many rows and lists.
uint64 share_of_list(uint64 rows, uint32 lists);

// After an insert found no free slot in the chain of `list`, of which it saw `blocks`: does what is
// due, unless another process does something of this kind. REQUIRES no lock of a list.
void grow_list(Relation index, uint32 list, uint32 blocks);

// Splits the list if it has its share. REQUIRES kGrowLock.
// kSplitNone: nothing was due, or nothing could be done.
enum SplitOutcome { kSplitDone, kSplitNone, kSplitDiskFull };
SplitOutcome split_when_due(Relation index, uint32 list, uint64 rows, WhenFull when_full);
// Blocks that splitting a list of so many rows takes, at most.
uint64 split_blocks(const Shape &shape, uint64 rows);

} // namespace sbert::ivf
