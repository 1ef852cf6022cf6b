// The stop rule of an index, measured on its own rows: searches for a sample of rows whose true
// neighbours are found by a pass over all row pages.
#pragma once

#include "extension/ivf/ivf.h"

namespace sbert::ivf {

// Traces `queries` sampled rows and fits the rule; false when there are too few rows to say (the
// default rule then serves). Reads the index with share locks only; interruptible; memory within
// maintenance_work_mem.
bool measure_rule(Relation index, int queries, ann::StopRule *rule);

} // namespace sbert::ivf
