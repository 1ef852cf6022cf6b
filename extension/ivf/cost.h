// What the planner's paths over an sbert_ivf index cost.
#pragma once

#include "extension/pg.h"

namespace sbert::ivf {

// Sets the costs of the executor node beside the index scan `from` of the same order.
//   k  neighbours among which as many rows as LIMIT and OFFSET ask for should pass the filter
//   alone  every row that the node returns counts for the LIMIT: nobody asks for more
void cost_nearest(PlannerInfo *root, const IndexPath *from, double k, bool alone, Path *path);

// Probes that a search for k rows makes on average, at the recall that it aims at now.
double expected_probes(Relation index, double k);

} // namespace sbert::ivf
