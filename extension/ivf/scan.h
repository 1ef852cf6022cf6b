// What scans tell of themselves, and what may be told to them. Their calls are in verbs.h.
#pragma once

#include "extension/pg.h"

namespace sbert::ivf {

// The last scan of this session, for sbert.last_scan(), which tells it to the role alone that ran
// it.
struct LastScan {
    bool any;
    Oid role;
    int64 lists, looked_at, refined, pages, rounds;
    int64 fetched; // rows of the table that were looked at
    int64 late;    // rows that came too late for their place and were given up
    int64 returned;
};
const LastScan *last_scan();
// Of this scan, so far.
const LastScan *scan_counters(IndexScanDesc scan);
// The recall that a scan of this index aims at now: the setting, or the index's own.
float wanted_recall(Relation index);

// What is known of a scan beside its query. All zeros: nothing, as the server's own scans.
struct Wanted {
    // So many rows are collected before the first goes out: no row of these comes too late.
    uint64 rows;
    // The share of the rows that pass, as the planner expects; 0: unknown.
    double selectivity;
    // For rows that are looked at, of the table's own kind; it is free between two calls. Null: the
    // scan makes one.
    TupleTableSlot *slot;
    // Whether the row in the slot is wanted; null: all are. Called with
    // no lock held and in any memory context; may do what a WHERE may do.
    bool (*passes)(void *state, TupleTableSlot *slot);
    void *state;
};
// Between index_rescan() and the first row; holds until the next call.
void scan_want(IndexScanDesc scan, const Wanted &wanted);

} // namespace sbert::ivf
