// What a scan tells of itself, and what may be told to it. The server's calls are in verbs.h.
#pragma once

#include "extension/ivf/scan_state.h"

namespace sbert::ivf {

// Of this scan, so far; null before its first row.
const ScanCounters *scan_counters(IndexScanDesc scan);
// The recall that a scan of this index aims at now: the setting's, its
// face's (face.h), or its own.
float wanted_recall(Relation index);

// Between index_rescan() and the first row; holds until the next call.
void scan_want(IndexScanDesc scan, const Wanted &wanted);

} // namespace sbert::ivf
