// Records sorted by a number, a list or a bound: the server's tuplesort, in memory or on disk.
#pragma once

#include "extension/pg.h"

namespace sbert::ivf {

struct RecordSort {
    Tuplesortstate *state;
    TupleDesc descriptor;
    TupleTableSlot *in, *out;
    bytea *record; // scratch for one
    Size record_bytes;
};

// Records of `record_bytes` bytes. `coordinate` as tuplesort takes it, or null.
RecordSort *record_sort_begin(Size record_bytes, Size memory, SortCoordinate coordinate);
// Scratch for the next record; put copies it.
char *record_sort_scratch(RecordSort *sort);
void record_sort_put(RecordSort *sort, double key);
void record_sort_perform(RecordSort *sort);
// The next record by ascending key: null at the end. Of no alignment; valid until the next call.
const char *record_sort_get(RecordSort *sort, double *key);
void record_sort_end(RecordSort *sort);

} // namespace sbert::ivf
