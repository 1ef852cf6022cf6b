// What a scan read, and the last scan of this session: sbert.last_scan().
#pragma once

#include "extension/pg.h"

namespace sbert::ivf {

struct ScanCounters {
    int64 probes;        // lists
    int64 rows_scanned;  // by the 1-bit codes of their lists
    int64 rows_reranked; // by their own codes
    int64 pages;         // of the index
    int64 rounds;
    int64 rows_fetched; // from the table
    int64 rows_late;    // came too late for their place in the order and were given up
    int64 rows_returned;
};

// sbert.last_scan() tells them to that role alone: what another role's scan read tells of rows that
// this one may not see.
void last_scan_set(Oid role, const ScanCounters &counters);

} // namespace sbert::ivf
