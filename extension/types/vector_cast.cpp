// Casts between vector(n) and PostgreSQL's arrays, and from vector to vector(n). Not text or
// binary: vector_io.cpp.
#include <cstring>

#include "extension/pg.h"
#include "extension/types/vector.h"

namespace sbert {
namespace {

// The elements of a one-dimensional array without nulls, into out. Each kind is stored packed,
// numeric excepted.
void copy_elements(ArrayType *array, float *out, int count)
{
    const char *data = ARR_DATA_PTR(array);
    switch (ARR_ELEMTYPE(array)) {
    case INT4OID:
        for (int i = 0; i < count; i++)
            out[i] = static_cast<float>(reinterpret_cast<const int32 *>(data)[i]);
        break;
    case FLOAT4OID:
        memcpy(out, data, sizeof(float4) * count);
        break;
    case FLOAT8OID: // beyond float's range becomes infinite, which the caller refuses
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
}

Vector *vector_from_array(ArrayType *array, int32 typmod)
{
    if (ARR_NDIM(array) > 1)
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION), errmsg("array must be 1-D"),
                        errdetail("The array has %d dimensions.", ARR_NDIM(array))));
    if (array_contains_nulls(array))
        ereport(ERROR,
                (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("array must not contain nulls")));
    int count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
    check_dim(count);
    check_expected_dim(typmod, count);

    Vector *result = vector_alloc(count);
    copy_elements(array, result->x, count);
    check_elements_finite(result);
    return result;
}

ArrayType *vector_to_array(const Vector *v)
{
    Size bytes = ARR_OVERHEAD_NONULLS(1) + sizeof(float4) * v->dim;
    ArrayType *result = static_cast<ArrayType *>(palloc0(bytes));
    SET_VARSIZE(result, bytes);
    result->ndim = 1;
    result->dataoffset = 0; // no nulls
    result->elemtype = FLOAT4OID;
    ARR_DIMS(result)[0] = v->dim;
    ARR_LBOUND(result)[0] = 1;
    memcpy(ARR_DATA_PTR(result), v->x, sizeof(float4) * v->dim);
    return result;
}

} // namespace
} // namespace sbert

extern "C" {

// The server calls this to apply the n of vector(n).
SBERT_FUNCTION(sbert_vector);
Datum sbert_vector(PG_FUNCTION_ARGS)
{
    sbert::Vector *v = sbert::vector_arg(fcinfo, 0);
    sbert::check_expected_dim(PG_GETARG_INT32(1), v->dim);
    PG_RETURN_POINTER(v);
}

SBERT_FUNCTION(sbert_array_to_vector);
Datum sbert_array_to_vector(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(sbert::vector_from_array(PG_GETARG_ARRAYTYPE_P(0), PG_GETARG_INT32(1)));
}

SBERT_FUNCTION(sbert_vector_to_float4);
Datum sbert_vector_to_float4(PG_FUNCTION_ARGS)
{
    PG_RETURN_ARRAYTYPE_P(sbert::vector_to_array(sbert::vector_arg(fcinfo, 0)));
}

} // extern "C"
