// Rounds: searches of growing k, whose rows come out by their certain bounds. A round is trusted
// for its k nearest keys and a few more; then one of a greater k follows, which skips what was
// taken already. When a round would hold much of the index, or more than work_mem, everything that
// is left is sorted by its bound instead, in memory or on disk: so nothing is ever lost.
#pragma once

#include "extension/ivf/scan_state.h"

namespace sbert::ivf {

// Rows that a scan may keep in work_mem.
uint32 greatest_k();
void rounds_start(Scan *scan);
void rounds_end(Scan *scan);
// The next row by its certain bound that was not taken yet; false when this round has told all it
// can be trusted with, or the index is used up.
bool rounds_next(Scan *scan, Hit *hit);
// Goes on to a greater k, or to all that is left; false when nothing is left.
bool rounds_continue(Scan *scan);

} // namespace sbert::ivf
