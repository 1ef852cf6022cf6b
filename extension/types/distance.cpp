// Distances between two vectors, and the length of one. The sums are in encoder/kernels/distance.h
// and sparse_distance.h. This file adds square roots, signs and the check that both vectors have
// the same dimensions.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <span>
#include <tuple>

#include "encoder/kernels/distance.h"
#include "extension/types/row_ahead.h"
#include "extension/types/sparse.h"

namespace sbert {
namespace {

// Both operands, as the kernels take them.
template <class Element>
auto operands(const Dense<Element> *a, const Dense<Element> *b)
{
    return std::tuple(&a->x[0], &b->x[0], static_cast<size_t>(a->dim));
}
auto operands(const SparseVector *a, const SparseVector *b)
{
    return std::tuple(sparse_row(a), sparse_row(b));
}

template <class Value, class Kernel>
double apply(FunctionCallInfo fcinfo, Kernel kernel)
{
    const Value *a = value_arg<Value>(fcinfo, 0);
    const Value *b = value_arg<Value>(fcinfo, 1);
    check_same_dims(a, b);
    fetch_next_rows(fcinfo);
    return std::apply(kernel, operands(a, b));
}

template <class Value>
double squared_sum(FunctionCallInfo fcinfo)
{
    return apply<Value>(fcinfo, [](auto... rows) { return kernels::l2_squared(rows...); });
}

template <class Value>
double product_sum(FunctionCallInfo fcinfo)
{
    return apply<Value>(fcinfo, [](auto... rows) { return kernels::inner_product(rows...); });
}

template <class Value>
Datum l2_distance(FunctionCallInfo fcinfo)
{
    PG_RETURN_FLOAT8(std::sqrt(squared_sum<Value>(fcinfo)));
}

template <class Value>
Datum l2_squared_distance(FunctionCallInfo fcinfo)
{
    PG_RETURN_FLOAT8(squared_sum<Value>(fcinfo));
}

template <class Value>
Datum inner_product(FunctionCallInfo fcinfo)
{
    PG_RETURN_FLOAT8(product_sum<Value>(fcinfo));
}

// The inner product is negated, because index scans return the smallest value first.
template <class Value>
Datum negative_inner_product(FunctionCallInfo fcinfo)
{
    PG_RETURN_FLOAT8(-product_sum<Value>(fcinfo));
}

template <class Value>
Datum cosine_distance(FunctionCallInfo fcinfo)
{
    PG_RETURN_FLOAT8(1.0 -
                     apply<Value>(fcinfo, [](auto... rows) { return kernels::cosine(rows...); }));
}

// The angle in units of pi, for vectors of length one. It is a metric, unlike the cosine distance.
// Rounding may make the product of unit vectors larger than 1, where acos() is NaN.
template <class Element>
Datum spherical_distance(FunctionCallInfo fcinfo)
{
    const double cosine = std::clamp(product_sum<Dense<Element>>(fcinfo), -1.0, 1.0);
    PG_RETURN_FLOAT8(std::acos(cosine) / std::numbers::pi);
}

template <class Value>
Datum l1_distance(FunctionCallInfo fcinfo)
{
    PG_RETURN_FLOAT8(apply<Value>(fcinfo, [](auto... rows) { return kernels::l1(rows...); }));
}

template <class Element>
std::span<const Element> elements_of(const Dense<Element> *v)
{
    return {v->x, static_cast<size_t>(v->dim)};
}
std::span<const float> elements_of(const SparseVector *v)
{
    return {sparse_values(v), static_cast<size_t>(v->nnz)};
}

// Computes in double, because the square of a float overflows from 1.8e19 on.
template <class Value>
double length(const Value *v)
{
    double sum = 0;
    for (const auto element : elements_of(v)) {
        const double x = to_float(element);
        sum += x * x;
    }
    return std::sqrt(sum);
}

template <class Value>
Datum norm(FunctionCallInfo fcinfo)
{
    PG_RETURN_FLOAT8(length(value_arg<Value>(fcinfo, 0)));
}

// Scales v to length one. Zeros stay zeros. `out` may be v. No element can overflow, because none
// is larger than the length.
template <class Element>
void normalize(const Dense<Element> *v, Dense<Element> *out)
{
    const double whole = length(v);
    if (whole > 0)
        for (int i = 0; i < v->dim; i++)
            out->x[i] = from_float<Element>(static_cast<float>(to_float(v->x[i]) / whole));
}

template <class Element>
Dense<Element> *normalized(const Dense<Element> *v)
{
    Dense<Element> *result = dense_alloc<Element>(v->dim);
    normalize(v, result);
    return result;
}

// Scales v to length one. If v has no elements, neither has the result. Elements that become zero
// are left out.
SparseVector *normalized(const SparseVector *v)
{
    const double whole_length = length(v);
    SparseVector *whole = sparse_alloc(v->dim, v->nnz);
    int count = 0;
    for (int i = 0; i < v->nnz; i++) {
        const float value = static_cast<float>(sparse_values(v)[i] / whole_length);
        if (value == 0)
            continue;
        whole->indices[count] = v->indices[i];
        sparse_values(whole)[count++] = value;
    }
    if (count == v->nnz)
        return whole;
    SparseVector *result = sparse_alloc(v->dim, count);
    memcpy(result->indices, whole->indices, sizeof(int32) * static_cast<size_t>(count));
    memcpy(sparse_values(result), sparse_values(whole), sizeof(float) * static_cast<size_t>(count));
    return result;
}

template <class Value>
Datum l2_normalize(FunctionCallInfo fcinfo)
{
    PG_RETURN_POINTER(normalized(value_arg<Value>(fcinfo, 0)));
}

// Scales the first `count` elements to length one. Zeros stay zeros. This is the vector of fewer
// dimensions of a model that was trained for it (Kusupati et al. 2022, Matryoshka Representation
// Learning, arXiv:2205.13147).
template <class Element>
Datum truncate_dim(FunctionCallInfo fcinfo)
{
    const Dense<Element> *v = dense_arg<Element>(fcinfo, 0);
    const int32 count = PG_GETARG_INT32(1);
    if (count < 1 || count > v->dim)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("a %s of %d dimensions cannot be truncated to %d",
                               kTypeName<Element>, v->dim, count)));
    Dense<Element> *result = dense_window(v, 1, count);
    normalize(result, result);
    PG_RETURN_POINTER(result);
}

template <class Element>
Datum dims(FunctionCallInfo fcinfo)
{
    PG_RETURN_INT32(dense_arg<Element>(fcinfo, 0)->dim);
}

} // namespace

SBERT_VECTOR_FUNCTION(l2_distance);
SBERT_VECTOR_FUNCTION(l2_squared_distance);
SBERT_VECTOR_FUNCTION(inner_product);
SBERT_VECTOR_FUNCTION(negative_inner_product);
SBERT_VECTOR_FUNCTION(cosine_distance);
SBERT_DENSE_FUNCTION(spherical_distance);
SBERT_VECTOR_FUNCTION(l1_distance);
SBERT_VECTOR_FUNCTION(norm);
SBERT_VECTOR_FUNCTION(l2_normalize);
SBERT_DENSE_FUNCTION(truncate_dim);
SBERT_DENSE_FUNCTION(dims);

} // namespace sbert
