// One scan between its calls. Its two halves are rounds.h, which finds rows with certain bounds,
// nearest first, and row_order.h, which fetches them from the table and returns them by the
// operator's own distance.
#pragma once

#include "extension/ivf/id_set.h"
#include "extension/ivf/record_sort.h"
#include "extension/ivf/search.h"

namespace sbert::ivf {

// What is known of a scan beside its query. All zeros: nothing, as the server's own scans.
struct Wanted {
    // So many rows are collected before the first goes out: no row of these comes too late.
    uint64 rows;
    // The share of the rows that pass, as the planner expects; 0: unknown.
    double selectivity;
    // For rows that are fetched, of the table's own kind; it is free between two calls. Null: the
    // scan makes one.
    TupleTableSlot *slot;
    // Whether the row in the slot is wanted; null: all are. Called with no lock held and in any
    // memory context; may do what a WHERE may do.
    bool (*passes)(void *state, TupleTableSlot *slot);
    void *state;
};

enum Phase { kFresh, kRound, kWhole, kEnd };

// A row of the table that was fetched and is wanted.
struct Ranked {
    double distance; // as the operator gives it
    ItemPointerData tid;
};

struct Scan {
    MemoryContext context;
    MemoryContext row_context; // of one row's distance
    Search *search;
    Phase phase;
    Oid role; // that asked; invalid before the first query
    Wanted wanted;

    // The query.
    bool null;         // so are all distances
    bool not_a_number; // a zero vector under cosine: all distances are NaN
    Datum query;       // detoasted
    FmgrInfo distance; // the operator's function
    Oid collation;
    float target_recall;

    // Rounds. The hits of the search, by bound; next is the first that was not taken. Their keys by
    // size, and how many of them lie below the bound that was taken last.
    uint32 k;
    Size next, passed;
    float last_bound;
    bool beyond;      // more rows were asked for than were wanted
    IdSet taken;      // rows that were fetched from the table, or will not be
    RecordSort *rest; // of the phase kWhole: TIDs by bound

    // Order.
    TupleTableSlot *slot; // of the table: the caller's, or
    TupleTableSlot *own_slot;
    Ranked *pool; // fetched and not returned: a heap, nearest first
    Size n_pool, pool_capacity;
    double *best; // the nearest distances before the first row goes out: a heap, farthest first
    Size n_best, best_capacity, needed;
    bool has_hit;         // the next row by its bound, not fetched yet:
    uint32 row;           // its id in the index
    ItemPointerData tid;  // where it is
    double bound;         // its distance is not below this
    uint64 ready;         // rows of the pool that may go out whatever the bounds are
    double last;          // distance of the row that went out last
    uint64 seen, passing; // rows fetched, and of these wanted: the next k follows from them
};

// Whether rounds read every row: nothing is estimated then.
inline bool is_exact(const Scan *scan) { return scan->target_recall >= 1; }

} // namespace sbert::ivf
