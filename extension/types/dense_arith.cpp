// Operators that make dense vectors from dense vectors: + - * element by element, products and
// quotients with numbers, ||, subvector, and one bit per element. l2_normalize is in
// distance.cpp.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "extension/pg.h"
#include "extension/types/dense.h"

namespace sbert {
namespace {

// Two finite operands give an element that is not finite only if the result is too large. With
// halves the sum in float is rounded a second time. This changes nothing, because 24 bits are at
// least twice 11 and two more (Figueroa, When is double rounding innocuous?, 1995).
template <class Element>
void check_overflow(const Dense<Element> *v)
{
    for (int i = 0; i < v->dim; i++)
        if (!is_finite(v->x[i]))
            float_overflow_error();
}

template <class Element, class Operation>
Dense<Element> *element_wise(FunctionCallInfo fcinfo, Operation operation)
{
    const Dense<Element> *a = dense_arg<Element>(fcinfo, 0);
    const Dense<Element> *b = dense_arg<Element>(fcinfo, 1);
    check_same_dims(a, b);
    Dense<Element> *result = dense_alloc<Element>(a->dim);
    for (int i = 0; i < a->dim; i++)
        result->x[i] = from_float<Element>(operation(to_float(a->x[i]), to_float(b->x[i])));
    check_overflow(result);
    return result;
}

template <class Element>
Datum add(FunctionCallInfo fcinfo)
{
    PG_RETURN_POINTER(element_wise<Element>(fcinfo, [](float x, float y) { return x + y; }));
}

template <class Element>
Datum sub(FunctionCallInfo fcinfo)
{
    PG_RETURN_POINTER(element_wise<Element>(fcinfo, [](float x, float y) { return x - y; }));
}

// As in PostgreSQL's float4 product, it is also an error if a product is rounded to zero although
// neither factor is zero.
template <class Element>
Datum mul(FunctionCallInfo fcinfo)
{
    const Dense<Element> *product =
        element_wise<Element>(fcinfo, [](float x, float y) { return x * y; });
    const Dense<Element> *a = dense_arg<Element>(fcinfo, 0);
    const Dense<Element> *b = dense_arg<Element>(fcinfo, 1);
    for (int i = 0; i < a->dim; i++)
        if (to_float(product->x[i]) == 0 && to_float(a->x[i]) != 0 && to_float(b->x[i]) != 0)
            float_underflow_error();
    PG_RETURN_POINTER(product);
}

// Computes in double and rounds once. An element that becomes too small is zero, not an error,
// because a tiny element of an embedding must not make the product with a weight fail.
template <class Element>
Dense<Element> *scaled(const Dense<Element> *v, double factor, double divisor)
{
    Dense<Element> *result = dense_alloc<Element>(v->dim);
    for (int i = 0; i < v->dim; i++)
        result->x[i] =
            from_float<Element>(static_cast<float>(to_float(v->x[i]) * factor / divisor));
    check_overflow(result);
    return result;
}

double finite_arg(FunctionCallInfo fcinfo, int n)
{
    const double value = PG_GETARG_FLOAT8(n);
    if (!std::isfinite(value))
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("a vector cannot be multiplied or divided by %s",
                               std::isnan(value) ? "NaN" : "an infinite number")));
    return value;
}

template <class Element>
Datum times(FunctionCallInfo fcinfo)
{
    PG_RETURN_POINTER(scaled(dense_arg<Element>(fcinfo, 0), finite_arg(fcinfo, 1), 1));
}

template <class Element>
Datum times_commuted(FunctionCallInfo fcinfo)
{
    PG_RETURN_POINTER(scaled(dense_arg<Element>(fcinfo, 1), finite_arg(fcinfo, 0), 1));
}

template <class Element>
Datum over(FunctionCallInfo fcinfo)
{
    const double divisor = finite_arg(fcinfo, 1);
    if (divisor == 0)
        float_zero_divide_error();
    PG_RETURN_POINTER(scaled(dense_arg<Element>(fcinfo, 0), 1, divisor));
}

template <class Element>
Datum concat(FunctionCallInfo fcinfo)
{
    const Dense<Element> *a = dense_arg<Element>(fcinfo, 0);
    const Dense<Element> *b = dense_arg<Element>(fcinfo, 1);
    const int dim = a->dim + b->dim;
    check_dim(kTypeName<Element>, dim);
    Dense<Element> *result = dense_alloc<Element>(dim);
    memcpy(result->x, a->x, sizeof(Element) * static_cast<size_t>(a->dim));
    memcpy(result->x + a->dim, b->x, sizeof(Element) * static_cast<size_t>(b->dim));
    return PointerGetDatum(result);
}

// The `count` elements from `start` on, counted from 1. As in substring(), elements that v does not
// have are left out.
template <class Element>
Datum subvector(FunctionCallInfo fcinfo)
{
    const Dense<Element> *v = dense_arg<Element>(fcinfo, 0);
    const int64 start = PG_GETARG_INT32(1), count = PG_GETARG_INT32(2);
    Dense<Element> *result = dense_window(v, start, start + count - 1);
    if (result == nullptr)
        check_dim(kTypeName<Element>, 0);
    PG_RETURN_POINTER(result);
}

// Bit i, counted from the left, is 1 if element i is above zero.
template <class Element>
Datum binary_quantize(FunctionCallInfo fcinfo)
{
    const Dense<Element> *v = dense_arg<Element>(fcinfo, 0);
    Size bytes = VARBITTOTALLEN(v->dim);
    VarBit *result = static_cast<VarBit *>(palloc0(bytes));
    SET_VARSIZE(result, bytes);
    VARBITLEN(result) = v->dim;
    for (int i = 0; i < v->dim; i++)
        if (to_float(v->x[i]) > 0)
            VARBITS(result)[i / 8] |= static_cast<bits8>(0x80 >> (i % 8));
    PG_RETURN_VARBIT_P(result);
}

} // namespace

SBERT_DENSE_FUNCTION(add);
SBERT_DENSE_FUNCTION(sub);
SBERT_DENSE_FUNCTION(mul);
SBERT_DENSE_FUNCTION(times);
SBERT_DENSE_FUNCTION(times_commuted);
SBERT_DENSE_FUNCTION(over);
SBERT_DENSE_FUNCTION(concat);
SBERT_DENSE_FUNCTION(subvector);
SBERT_DENSE_FUNCTION(binary_quantize);

} // namespace sbert
