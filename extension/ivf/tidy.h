// What vacuum does to the lists after the dead are out.
#pragma once

#include "extension/ivf/place.h"

namespace sbert::ivf {

// Counts the lists' entries, packs chains that are mostly empty, splits lists that have outgrown
// their share, gives blocks that belong to no chain to the free chain, and measures the stop rule
// where the rows have changed. Can be interrupted anywhere. REQUIRES kGrowLock
void tidy(Relation index, BufferAccessStrategy strategy);

} // namespace sbert::ivf
