// Records sorted by the list that they belong to: the server's tuplesort, in memory or on disk.
#pragma once

#include "extension/pg.h"

namespace sbert::ivf {

struct ListSort {
    Tuplesortstate *state;
    TupleDesc descriptor;
    TupleTableSlot *in, *out;
    bytea *record; // scratch for one
    Size record_bytes;
};

// Records of `record_bytes` bytes. `coordinate` as tuplesort takes it, or null.
ListSort *list_sort_begin(Size record_bytes, Size memory, SortCoordinate coordinate);
// Scratch for the next record; put copies it.
char *list_sort_scratch(ListSort *sort);
void list_sort_put(ListSort *sort, uint32 list);
void list_sort_perform(ListSort *sort);
// The next record by ascending list: null at the end. Of no alignment; valid until the next call.
const char *list_sort_get(ListSort *sort, uint32 *list);
void list_sort_end(ListSort *sort);

} // namespace sbert::ivf
