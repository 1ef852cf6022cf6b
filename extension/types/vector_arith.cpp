// Vectors from vectors: + - * element by element, ||, subvector, and one bit per element. Not
// normalising: that lies beside the norm in vector_distance.cpp.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "extension/pg.h"
#include "extension/types/vector.h"

namespace sbert {
namespace {

// Finite operands give an infinite element only where the result is beyond float's range.
void check_overflow(const Vector *v)
{
    for (int i = 0; i < v->dim; i++)
        if (std::isinf(v->x[i]))
            float_overflow_error();
}

Vector *add(const Vector *a, const Vector *b)
{
    check_same_dims(a, b);
    Vector *result = vector_alloc(a->dim);
    for (int i = 0; i < a->dim; i++)
        result->x[i] = a->x[i] + b->x[i];
    check_overflow(result);
    return result;
}

Vector *subtract(const Vector *a, const Vector *b)
{
    check_same_dims(a, b);
    Vector *result = vector_alloc(a->dim);
    for (int i = 0; i < a->dim; i++)
        result->x[i] = a->x[i] - b->x[i];
    check_overflow(result);
    return result;
}

// A product that vanishes although neither factor is zero is an error too, as in PostgreSQL's
// float4 product.
Vector *multiply(const Vector *a, const Vector *b)
{
    check_same_dims(a, b);
    Vector *result = vector_alloc(a->dim);
    for (int i = 0; i < a->dim; i++)
        result->x[i] = a->x[i] * b->x[i];
    check_overflow(result);
    for (int i = 0; i < a->dim; i++)
        if (result->x[i] == 0 && a->x[i] != 0 && b->x[i] != 0)
            float_underflow_error();
    return result;
}

Vector *concatenate(const Vector *a, const Vector *b)
{
    int dim = a->dim + b->dim;
    check_dim(dim);
    Vector *result = vector_alloc(dim);
    memcpy(result->x, a->x, sizeof(float) * a->dim);
    memcpy(result->x + a->dim, b->x, sizeof(float) * b->dim);
    return result;
}

// Elements start ... start+count-1, counted from 1, as far as v has them; what lies outside is left
// out, as substring() does. In 64 bits, because callers pass any start and count.
Vector *subvector(const Vector *v, int64 start, int64 count)
{
    int64 first = std::max<int64>(start, 1);
    int64 last = std::min<int64>(start + count - 1, v->dim);
    // Nothing is left: not only when count < 1, but also when the window lies before or behind v.
    check_dim(count < 1 || last < first ? 0 : static_cast<int>(last - first + 1));

    Vector *result = vector_alloc(static_cast<int>(last - first + 1));
    memcpy(result->x, v->x + first - 1, sizeof(float) * result->dim);
    return result;
}

// Bit i, from the left, is 1 where element i is above zero.
VarBit *quantize(const Vector *v)
{
    Size bytes = VARBITTOTALLEN(v->dim);
    VarBit *result = static_cast<VarBit *>(palloc0(bytes));
    SET_VARSIZE(result, bytes);
    VARBITLEN(result) = v->dim;
    for (int i = 0; i < v->dim; i++)
        if (v->x[i] > 0)
            VARBITS(result)[i / 8] |= static_cast<bits8>(0x80 >> (i % 8));
    return result;
}

} // namespace
} // namespace sbert

extern "C" {

SBERT_FUNCTION(sbert_vector_add);
Datum sbert_vector_add(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(sbert::add(sbert::vector_arg(fcinfo, 0), sbert::vector_arg(fcinfo, 1)));
}

SBERT_FUNCTION(sbert_vector_sub);
Datum sbert_vector_sub(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(sbert::subtract(sbert::vector_arg(fcinfo, 0), sbert::vector_arg(fcinfo, 1)));
}

SBERT_FUNCTION(sbert_vector_mul);
Datum sbert_vector_mul(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(sbert::multiply(sbert::vector_arg(fcinfo, 0), sbert::vector_arg(fcinfo, 1)));
}

SBERT_FUNCTION(sbert_vector_concat);
Datum sbert_vector_concat(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(
        sbert::concatenate(sbert::vector_arg(fcinfo, 0), sbert::vector_arg(fcinfo, 1)));
}

SBERT_FUNCTION(sbert_subvector);
Datum sbert_subvector(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(
        sbert::subvector(sbert::vector_arg(fcinfo, 0), PG_GETARG_INT32(1), PG_GETARG_INT32(2)));
}

SBERT_FUNCTION(sbert_binary_quantize);
Datum sbert_binary_quantize(PG_FUNCTION_ARGS)
{
    PG_RETURN_VARBIT_P(sbert::quantize(sbert::vector_arg(fcinfo, 0)));
}

} // extern "C"
