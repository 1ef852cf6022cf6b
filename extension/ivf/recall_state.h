// What recall.cpp holds while it measures.
#pragma once

#include "extension/pg.h"

namespace sbert::ivf {

// Distances of the nearest rows found, a heap with the greatest first.
struct Nearest {
    double *distances; // (k)
    int n;
};

// A sampled row.
struct Query {
    Datum value; // 0: nothing was sampled here, or it is null
    ItemPointerData tid;
    Nearest exact, found;
};

struct RecallState {
    int k;
    int wanted; // queries
    Relation table, index;
    FmgrInfo distance;
    IndexInfo *info;
    EState *executor;
    ExprContext *expressions;
    ExprState *predicate; // of a partial index, or null
    TupleTableSlot *slot;
    Query *queries; // (wanted)
    uint64 rows;    // seen by the sampling
    pg_prng_state random;
    double lists, looked_at, refined; // of all index scans
};

struct RecallResult {
    int queries;
    double mean, p5, minimum;
};

} // namespace sbert::ivf
