// The stop rule of an index, measured by searches for some of its own rows.
#pragma once

#include "extension/ivf/ivf.h"

namespace sbert::ivf {

// Whether no training may see this row, so that it can be a query: an eighth of all rows.
bool is_set_aside(ItemPointer tid);

// Whether a training may see a vector with |x|^2: one whose squares overflow would leave no
// centroid.
inline bool can_train(float norm2) { return norm2 < 1e30f; }

// Traces `queries` such rows, fewer where maintenance_work_mem is short, and fits the rule; false
// when there are too few to say (the default rule then serves). Reads the index with share locks
// only; interruptible.
//   errors  standard errors that the rule keeps as a reserve, at least: for few queries
bool measure_rule(Relation index, int queries, float errors, ann::StopRule *rule);

} // namespace sbert::ivf
