#include <cstring>

#include "extension/types/array_elements.h"

namespace sbert {

int array_count(ArrayType *array)
{
    if (ARR_NDIM(array) > 1)
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION), errmsg("array must be 1-D"),
                        errdetail("The array has %d dimensions.", ARR_NDIM(array))));
    if (array_contains_nulls(array))
        ereport(ERROR,
                (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("array must not contain nulls")));
    return ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
}

// All these types except numeric are stored as packed numbers.
float *array_floats(ArrayType *array, int count)
{
    auto *out = static_cast<float *>(palloc(sizeof(float) * static_cast<Size>(count)));
    const char *data = ARR_DATA_PTR(array);
    switch (ARR_ELEMTYPE(array)) {
    case INT4OID:
        for (int i = 0; i < count; i++)
            out[i] = static_cast<float>(reinterpret_cast<const int32 *>(data)[i]);
        break;
    case FLOAT4OID:
        memcpy(out, data, sizeof(float4) * static_cast<size_t>(count));
        break;
    case FLOAT8OID:
        for (int i = 0; i < count; i++)
            out[i] = static_cast<float>(reinterpret_cast<const float8 *>(data)[i]);
        break;
    case NUMERICOID: {
        Datum *elements;
        int n;
        deconstruct_array(array, NUMERICOID, -1, false, TYPALIGN_INT, &elements, nullptr, &n);
        for (int i = 0; i < count; i++)
            out[i] = DatumGetFloat4(DirectFunctionCall1(numeric_float4, elements[i]));
        pfree(elements);
        break;
    }
    default:
        ereport(ERROR,
                (errcode(ERRCODE_DATA_EXCEPTION), errmsg("unsupported array type"),
                 errdetail("The elements are of type %s.", format_type_be(ARR_ELEMTYPE(array)))));
    }
    return out;
}

ArrayType *array_alloc(Oid type, Size element_bytes, int count)
{
    const Size bytes = ARR_OVERHEAD_NONULLS(1) + element_bytes * static_cast<Size>(count);
    auto *array = static_cast<ArrayType *>(palloc0(bytes));
    SET_VARSIZE(array, bytes);
    array->ndim = 1;
    array->dataoffset = 0; // there are no nulls
    array->elemtype = type;
    ARR_DIMS(array)[0] = count;
    ARR_LBOUND(array)[0] = 1;
    return array;
}

} // namespace sbert
