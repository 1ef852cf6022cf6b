// One scan between its calls, and its two halves: rounds.cpp finds rows with certain bounds,
// nearest first; order.cpp looks at them in the table and hands them out by the operator's own
// distance.
#pragma once

#include "extension/ivf/build_sort.h"
#include "extension/ivf/row_set.h"
#include "extension/ivf/scan.h"
#include "extension/ivf/search.h"

namespace sbert::ivf {

enum Phase { kFresh, kRound, kWhole, kEnd };

// A row of the table that was looked at and is wanted.
struct Ranked {
    double distance; // as the operator gives it
    ItemPointerData tid;
};

struct Scan {
    MemoryContext context;
    MemoryContext row_context; // of one row's distance
    Search *search;
    Phase phase;
    LastScan counters;
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
    bool beyond;    // more rows were asked for than were wanted
    RowSet taken;   // rows that were looked at in the table, or will not be
    ListSort *rest; // of the phase kWhole: TIDs by bound

    // Order.
    TupleTableSlot *slot; // of the table: the caller's, or
    TupleTableSlot *own_slot;
    Ranked *pool; // looked at and not handed out: a heap, nearest first
    Size n_pool, pool_capacity;
    double *best; // the nearest distances before the first row goes out: a heap, farthest first
    Size n_best, best_capacity, needed;
    bool has_hit;         // the next row by its bound, not looked at yet:
    uint32 row;           // its id in the index
    ItemPointerData tid;  // where it is
    double bound;         // its distance is not below this
    uint64 ready;         // rows of the pool that may go out without another look at the bounds
    double last;          // distance of the row that went out last
    uint64 seen, passing; // rows looked at, and of these wanted: they say how deep to search next
};

// ---- rounds.cpp --------------------------------------------------------------------------------

// Rows that a scan may keep in work_mem.
uint32 greatest_k();
// Whether rounds look at every row: nothing is estimated then.
inline bool is_exact(const Scan *scan) { return scan->target_recall >= 1; }
void rounds_start(Scan *scan);
void rounds_end(Scan *scan);
// The next row by its certain bound that was not taken yet; false when this round has told all it
// can be trusted with, or the index is used up.
bool rounds_next(Scan *scan, Hit *hit);
// A deeper round, or all that is left; false when nothing is left.
bool rounds_deepen(Scan *scan);

// ---- order.cpp ---------------------------------------------------------------------------------

// Forgets everything of the query before.
void order_restart(Scan *scan);
// The next row in the order of its distance; false at the end.
bool order_next(IndexScanDesc desc, Scan *scan, Ranked *row);

// float8's order: NaN comes last.
bool nearer(double a, double b);

} // namespace sbert::ivf
