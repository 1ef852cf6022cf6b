// An array of a composite type: see row_array.h.
#include "extension/reports/row_array.h"

namespace sbert {

RowArray row_array_start(FunctionCallInfo fcinfo, int columns)
{
    RowArray array;
    array.type = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
    array.columns = lookup_rowtype_tupdesc_copy(array.type, -1);
    if (array.columns->natts != columns) // ALTER TYPE, by hand
        ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
                        errmsg("type %s has %d columns, expected %d", format_type_be(array.type),
                               array.columns->natts, columns)));
    array.rows = initArrayResult(array.type, CurrentMemoryContext, false);
    return array;
}

void row_array_put(RowArray &array, const Datum *values, const bool *nulls)
{
    CHECK_FOR_INTERRUPTS();
    // The server only reads them.
    HeapTuple tuple =
        heap_form_tuple(array.columns, const_cast<Datum *>(values), const_cast<bool *>(nulls));
    array.rows = accumArrayResult(array.rows, HeapTupleGetDatum(tuple), false, array.type,
                                  CurrentMemoryContext);
}

Datum row_array_finish(RowArray &array)
{
    return makeArrayResult(array.rows, CurrentMemoryContext);
}

} // namespace sbert
