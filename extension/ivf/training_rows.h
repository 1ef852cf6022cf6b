// Which rows k-means may see.
#pragma once

#include "extension/pg.h"

namespace sbert::ivf {

// Whether this row is held out of all training, so that it can be a query of the stop rule's: an
// eighth of all rows.
inline bool is_held_out(const ItemPointerData *tid)
{
    const uint32 row = ItemPointerGetBlockNumberNoCheck(tid) * MaxHeapTuplesPerPage +
                       ItemPointerGetOffsetNumberNoCheck(tid);
    return (row * 0x9E3779B1u) >> 29 == 0; // Fibonacci hashing: spread evenly
}

// Whether a vector with |x|^2 may be trained on: one whose squares overflow would leave no
// centroid.
inline bool can_train(float norm2) { return norm2 < 1e30f; }

} // namespace sbert::ivf
