// The stop rule of an index, measured by searches for some of its own rows. A sampled row is
// searched for as a query, itself left out, through a share of the lists that no search with a rule
// comes near. What that finds counts as its true neighbours, and each of them knows after how many
// probes it was found. One such search tells the truth and the trace of every k, at a fortieth of
// what a pass over all rows costs. Three in four go for the least k alone: that costs a fifth, and
// what k = 10 gets varies most.
//
// Rows that k-means has seen lie nearer to their centroids than others do: a rule measured with
// them gave 0.008 too little recall (100,000 texts, target 0.9). So the queries are rows that were
// held out (training_rows.h).
#pragma once

#include "extension/ann/stopping.h"
#include "extension/pg.h"

namespace sbert::ivf {

// Traces `queries` such rows, fewer where maintenance_work_mem is short, and fits the rule; false
// when there are too few to say (the default rule then serves). Reads the index with share locks
// only; interruptible.
//   errors  standard errors that the rule keeps as a reserve, at least: for few queries
bool rule_measure(Relation index, int queries, float errors, ann::StopRule *rule);

// Measures the rule again and stores it, for an index of so many rows. REQUIRES kGrowLock
void rule_renew(Relation index, uint64 rows, int queries, float errors);

} // namespace sbert::ivf
