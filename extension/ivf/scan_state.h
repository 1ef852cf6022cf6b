// One scan between its calls, and the step of it that has a file of its own: the sweep.
#pragma once

#include "extension/ivf/row_set.h"
#include "extension/ivf/scan.h"
#include "extension/ivf/search.h"

namespace sbert::ivf {

enum Phase { kFresh, kRound, kWhole, kSweep, kEnd };

struct Scan {
    MemoryContext context;
    Search *search;
    Phase phase;
    bool null;         // the query is NULL: so are all distances
    bool not_a_number; // a zero vector under cosine: all distances are NaN
    uint32 k;
    float target_recall;
    // The hits, by bound; next is the first that did not go out. Their decoded keys by size, and
    // how many of them the last bound that went out has passed: so many the consumer has surely
    // taken.
    Size next, passed;
    float last_bound;
    RowSet given;  // what went out in earlier rounds
    uint32 *swept; // epoch + 1 of each list that was swept, 0: not yet
    uint32 n_swept;
    LastScan counters;
};

// The hits of a search or of a swept list, made ready to go out.
void take_hits(Scan *scan);
// Notes what went out of the last hits, before they are forgotten.
void note_given(Scan *scan);

// The hits of the nearest list that was not swept; false when all were.
bool sweep_list(Scan *scan);
void sweep_forget(Scan *scan);

} // namespace sbert::ivf
