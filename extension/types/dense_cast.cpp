// Casts of vector(n) and halfvec(n) to one another, from and to PostgreSQL's arrays, and from bit.
// Text and binary forms are in dense_io.cpp.
#include "extension/pg.h"
#include "extension/types/array_elements.h"
#include "extension/types/dense.h"

namespace sbert {
namespace {

template <class Element>
Dense<Element> *dense_from_floats(const float *x, int dim)
{
    Dense<Element> *result = dense_alloc<Element>(dim);
    for (int i = 0; i < dim; i++)
        result->x[i] = narrow_checked<Element>(x[i]);
    check_elements_finite(result);
    return result;
}

template <class Element>
Datum from_array(FunctionCallInfo fcinfo)
{
    ArrayType *array = PG_GETARG_ARRAYTYPE_P(0);
    const int dim = array_count(array);
    check_dim(kTypeName<Element>, dim);
    check_expected_dim(PG_GETARG_INT32(1), dim);

    float *x = array_floats(array, dim);
    Dense<Element> *result = dense_from_floats<Element>(x, dim);
    pfree(x);
    PG_RETURN_POINTER(result);
}

template <class Element>
Datum to_float4(FunctionCallInfo fcinfo)
{
    const Dense<Element> *v = dense_arg<Element>(fcinfo, 0);
    ArrayType *result = array_alloc(FLOAT4OID, sizeof(float4), v->dim);
    float4 *x = reinterpret_cast<float4 *>(ARR_DATA_PTR(result));
    for (int i = 0; i < v->dim; i++)
        x[i] = to_float(v->x[i]);
    PG_RETURN_ARRAYTYPE_P(result);
}

// A set bit becomes 1 and other bits -1, so that the inner product with a float query orders rows
// by their signs (https://github.com/pgvector/pgvector/issues/793).
template <class Element>
Datum from_bit(FunctionCallInfo fcinfo)
{
    VarBit *bits = PG_GETARG_VARBIT_P(0);
    const int dim = VARBITLEN(bits);
    check_dim(kTypeName<Element>, dim);
    check_expected_dim(PG_GETARG_INT32(1), dim);

    const bits8 *bytes = VARBITS(bits);
    Dense<Element> *result = dense_alloc<Element>(dim);
    for (int i = 0; i < dim; i++)
        result->x[i] = from_float<Element>((bytes[i / 8] & (0x80 >> (i % 8))) != 0 ? 1.0f : -1.0f);
    PG_RETURN_POINTER(result);
}

template <class From, class To>
Datum convert(FunctionCallInfo fcinfo)
{
    const Dense<From> *v = dense_arg<From>(fcinfo, 0);
    check_expected_dim(PG_GETARG_INT32(1), v->dim);
    Dense<To> *result = dense_alloc<To>(v->dim);
    for (int i = 0; i < v->dim; i++)
        result->x[i] = narrow_checked<To>(to_float(v->x[i]));
    PG_RETURN_POINTER(result);
}

} // namespace

SBERT_DENSE_FUNCTION(from_array);
SBERT_DENSE_FUNCTION(to_float4);
SBERT_DENSE_FUNCTION(from_bit);

SBERT_FUNCTION(sbert_halfvec_to_vector) { return convert<Half, float>(fcinfo); }

SBERT_FUNCTION(sbert_vector_to_halfvec) { return convert<float, Half>(fcinfo); }

} // namespace sbert
