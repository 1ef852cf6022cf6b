#include <algorithm>

#include "extension/pg.h"

#include "extension/ivf/memory.h"
#include "extension/ivf/record_sort.h"

namespace sbert::ivf {
namespace {

constexpr Size kLeastMemory = 64; // kB: tuplesort's own

TupleDesc make_descriptor()
{
    TupleDesc descriptor = CreateTemplateTupleDesc(2);
    TupleDescInitEntry(descriptor, 1, "key", FLOAT8OID, -1, 0);
    TupleDescInitEntry(descriptor, 2, "record", BYTEAOID, -1, 0);
    return descriptor;
}

} // namespace

RecordSort *record_sort_begin(Size record_bytes, Size memory, SortCoordinate coordinate)
{
    auto *sort = allocate_zero<RecordSort>(1);
    TupleDesc descriptor = make_descriptor();
    AttrNumber column = 1;
    Oid less = Float8LessOperator, collation = InvalidOid;
    bool nulls_first = false;
    const Size kilobytes = std::clamp<Size>(memory / 1024, kLeastMemory, MAX_KILOBYTES);
    sort->state = tuplesort_begin_heap(descriptor, 1, &column, &less, &collation, &nulls_first,
                                       static_cast<int>(kilobytes), coordinate, TUPLESORT_NONE);
    sort->in = MakeSingleTupleTableSlot(descriptor, &TTSOpsVirtual);
    sort->out = MakeSingleTupleTableSlot(descriptor, &TTSOpsMinimalTuple);
    sort->descriptor = descriptor;
    sort->record_bytes = record_bytes;
    sort->record = static_cast<bytea *>(palloc0(VARHDRSZ + record_bytes));
    SET_VARSIZE(sort->record, VARHDRSZ + record_bytes);
    return sort;
}

char *record_sort_scratch(RecordSort *sort) { return VARDATA(sort->record); }

void record_sort_put(RecordSort *sort, double key)
{
    TupleTableSlot *slot = sort->in;
    ExecClearTuple(slot);
    slot->tts_values[0] = Float8GetDatum(key);
    slot->tts_values[1] = PointerGetDatum(sort->record);
    slot->tts_isnull[0] = slot->tts_isnull[1] = false;
    ExecStoreVirtualTuple(slot);
    tuplesort_puttupleslot(sort->state, slot);
}

void record_sort_perform(RecordSort *sort) { tuplesort_performsort(sort->state); }

const char *record_sort_get(RecordSort *sort, double *key)
{
    CHECK_FOR_INTERRUPTS();
    if (!tuplesort_gettupleslot(sort->state, true, false, sort->out, nullptr))
        return nullptr;
    slot_getallattrs(sort->out);
    *key = DatumGetFloat8(sort->out->tts_values[0]);
    return VARDATA_ANY(reinterpret_cast<bytea *>(DatumGetPointer(sort->out->tts_values[1])));
}

void record_sort_end(RecordSort *sort)
{
    ExecDropSingleTupleTableSlot(sort->in);
    ExecDropSingleTupleTableSlot(sort->out);
    tuplesort_end(sort->state);
    FreeTupleDesc(sort->descriptor);
    pfree(sort->record);
    pfree(sort);
}

} // namespace sbert::ivf
