// What vacuum does to the lists after the dead are out.
#pragma once

#include "extension/pg.h"

namespace sbert::ivf {

// Counts the lists' entries, packs chains that are mostly empty, splits lists that have outgrown
// their share, frees blocks that belong to no chain, and measures the stop rule
// where the rows have changed. Can be interrupted anywhere. REQUIRES kGrowLock
void cleanup_lists(Relation index, BufferAccessStrategy strategy);

} // namespace sbert::ivf
