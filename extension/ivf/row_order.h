// The order in which rows go out: ascending by what the operator itself returns for them. A row is
// fetched from the table when its certain bound comes up, and goes out when no bound to come lies
// below its distance: the threshold algorithm.           (Fagin, Lotem & Naor 2003, section 4)
//
// Where the scan was told how many rows are wanted, none goes out before so many are known of one
// and the same round: a later round may find nearer ones. After that, and in a scan that was told
// nothing, the order wins: a row that is found too late is given up and counted.
//
// The server's reorder queue would do half of this, but loses the rows' places (tts_tid) in
// versions before 2026-11, as 16.14 and 18.4 do, and knows nothing of filters.
#pragma once

#include "extension/ivf/scan_state.h"

namespace sbert::ivf {

// Forgets everything of the query before.
void order_restart(Scan *scan);
// The next row in the order of its distance; false at the end.
bool order_next(IndexScanDesc desc, Scan *scan, Ranked *row);

} // namespace sbert::ivf
