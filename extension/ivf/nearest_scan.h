// The executor's part of the node "sbert_ivf" (nearest_path.h has the planner's): an index scan
// that is told the statement's LIMIT and filter. How rows are found and ordered is the access
// method's own (rounds.h, row_order.h).
//
// CustomScan::custom_exprs, all as the planner leaves them:
//   0  the ORDER BY expression: OpExpr(indexed, query)
//   1  LIMIT, bigint; null: none
//   2  OFFSET, bigint; null: none
// CustomScan::custom_private:
//   0  list of one OID: the index
//   1  list of two Floats: the share of the rows that the planner expects to pass the filter, and
//      the neighbours among which as many rows as are wanted should pass
#pragma once

#include "extension/pg.h"

namespace sbert::ivf {

extern const CustomScanMethods kNearestScanMethods;

} // namespace sbert::ivf
