// The planner's part of the executor node "sbert_ivf": ORDER BY distance LIMIT n as one plan node
// that searches, filters and orders. nearest_scan.h is the executor's part.
//
// An index scan learns neither LIMIT nor WHERE. This node does: so it asks for as many neighbours
// as it must at once, collects as many rows as will be wanted before the first goes out, and hands
// them out in order; under a filter no row is lost. It takes the place of each path of an index
// scan that orders by distance, wherever the statement's LIMIT counts the scan's rows (no GROUP BY,
// DISTINCT, aggregate or window between, no subquery in it): base tables, partitions, LATERAL. Like
// index scans it goes away with enable_indexscan = off.
#pragma once

#include "extension/pg.h"

namespace sbert::ivf {

// Hooks into the planner; called once by _PG_init.
void nearest_path_init();

} // namespace sbert::ivf
