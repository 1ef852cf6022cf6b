#include "extension/reports/row_array.h"

#include <algorithm>
#include <cstring>

namespace sbert {
namespace {

constexpr Size kFirstRoom = 1024;

// Makes room for a row with `values` bytes of values. It refuses a report that is too large for an
// array, before a row is formed that is too large for an allocation.
void reserve(RowArray &array, Size values)
{
    const Size row = MAXALIGN(
        values + MAXALIGN(offsetof(HeapTupleHeaderData, t_bits) + BITMAPLEN(array.columns->natts)));
    if (row > MaxAllocSize - array.length)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("a report of more than 1 GB does not fit an array"),
                        errdetail("That is reached after %d rows.", array.count),
                        errhint("Report fewer labels, or group the rows.")));
    if (array.room - array.length >= row)
        return;
    array.room = std::min<Size>(std::max(2 * array.room, array.length + row), MaxAllocSize);
    array.bytes = static_cast<char *>(repalloc(array.bytes, array.room));
}

} // namespace

RowArray row_array_start(FunctionCallInfo fcinfo, int columns)
{
    RowArray array = {};
    array.type = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
    array.columns = lookup_rowtype_tupdesc_copy(array.type, -1);
    // Somebody may have changed the type by ALTER TYPE.
    if (array.columns->natts != columns)
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("type %s has %d columns, expected %d", format_type_be(array.type),
                               array.columns->natts, columns)));
    array.room = kFirstRoom;
    array.bytes = static_cast<char *>(palloc(array.room));
    array.length = ARR_OVERHEAD_NONULLS(1);
    return array;
}

void row_array_put(RowArray &array, const Datum *values, const bool *nulls)
{
    CHECK_FOR_INTERRUPTS();
    // The server only reads them.
    auto *all = const_cast<Datum *>(values);
    auto *missing = const_cast<bool *>(nulls);
    reserve(array, heap_compute_data_size(array.columns, all, missing));
    HeapTuple tuple = heap_form_tuple(array.columns, all, missing);
    const Size padded = MAXALIGN(tuple->t_len);
    std::memcpy(array.bytes + array.length, tuple->t_data, tuple->t_len);
    std::memset(array.bytes + array.length + tuple->t_len, 0, padded - tuple->t_len);
    array.length += padded;
    array.count++;
    heap_freetuple(tuple);
}

Datum row_array_finish(RowArray &array)
{
    if (array.count == 0)
        return PointerGetDatum(construct_empty_array(array.type));
    auto *result = reinterpret_cast<ArrayType *>(array.bytes);
    SET_VARSIZE(result, array.length);
    result->ndim = 1;
    result->dataoffset = 0; // there are no nulls
    result->elemtype = array.type;
    ARR_DIMS(result)[0] = array.count;
    ARR_LBOUND(result)[0] = 1;
    return PointerGetDatum(result);
}

} // namespace sbert
