// Distances between two dense vectors, and the length of one. The sums are in
// encoder/kernels/distance.h and half_distance.h. This file adds square roots, signs and the check
// that both vectors have the same dimensions.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "encoder/kernels/distance.h"
#include "encoder/kernels/half_distance.h"
#include "extension/pg.h"
#include "extension/types/dense.h"
#include "extension/types/dense_window.h"
#include "extension/types/row_ahead.h"

namespace sbert {
namespace {

// The two operands of a distance, of equal dimensions.
template <class Element>
struct Pair {
    const Element *a;
    const Element *b;
    size_t dim;
};

template <class Element>
Pair<Element> pair_args(FunctionCallInfo fcinfo)
{
    const Dense<Element> *a = dense_arg<Element>(fcinfo, 0);
    const Dense<Element> *b = dense_arg<Element>(fcinfo, 1);
    check_same_dims(a, b);
    fetch_next_rows(fcinfo);
    return {a->x, b->x, static_cast<size_t>(a->dim)};
}

template <class Element>
double squared_sum(FunctionCallInfo fcinfo)
{
    const auto p = pair_args<Element>(fcinfo);
    return kernels::l2_squared(p.a, p.b, p.dim);
}

template <class Element>
double product_sum(FunctionCallInfo fcinfo)
{
    const auto p = pair_args<Element>(fcinfo);
    return kernels::inner_product(p.a, p.b, p.dim);
}

template <class Element>
Datum l2_distance(FunctionCallInfo fcinfo)
{
    PG_RETURN_FLOAT8(std::sqrt(squared_sum<Element>(fcinfo)));
}

template <class Element>
Datum l2_squared_distance(FunctionCallInfo fcinfo)
{
    PG_RETURN_FLOAT8(squared_sum<Element>(fcinfo));
}

template <class Element>
Datum inner_product(FunctionCallInfo fcinfo)
{
    PG_RETURN_FLOAT8(product_sum<Element>(fcinfo));
}

// The inner product is negated, because index scans return the smallest value first.
template <class Element>
Datum negative_inner_product(FunctionCallInfo fcinfo)
{
    PG_RETURN_FLOAT8(-product_sum<Element>(fcinfo));
}

template <class Element>
Datum cosine_distance(FunctionCallInfo fcinfo)
{
    const auto p = pair_args<Element>(fcinfo);
    PG_RETURN_FLOAT8(1.0 - kernels::cosine(p.a, p.b, p.dim));
}

// The angle in units of pi, for vectors of length one. It is a metric, unlike the cosine distance.
// Rounding may make the product of unit vectors larger than 1, where acos() is NaN.
template <class Element>
Datum spherical_distance(FunctionCallInfo fcinfo)
{
    const double cosine = std::clamp(product_sum<Element>(fcinfo), -1.0, 1.0);
    PG_RETURN_FLOAT8(std::acos(cosine) / std::numbers::pi);
}

template <class Element>
Datum l1_distance(FunctionCallInfo fcinfo)
{
    const auto p = pair_args<Element>(fcinfo);
    PG_RETURN_FLOAT8(kernels::l1(p.a, p.b, p.dim));
}

// Computes in double, because the square of a float overflows from 1.8e19 on.
template <class Element>
double length(const Dense<Element> *v)
{
    double sum = 0;
    for (int i = 0; i < v->dim; i++) {
        const double x = to_float(v->x[i]);
        sum += x * x;
    }
    return std::sqrt(sum);
}

template <class Element>
Datum norm(FunctionCallInfo fcinfo)
{
    PG_RETURN_FLOAT8(length(dense_arg<Element>(fcinfo, 0)));
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
Datum l2_normalize(FunctionCallInfo fcinfo)
{
    const Dense<Element> *v = dense_arg<Element>(fcinfo, 0);
    Dense<Element> *result = dense_alloc<Element>(v->dim);
    normalize(v, result);
    PG_RETURN_POINTER(result);
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
} // namespace sbert

extern "C" {

SBERT_DENSE_FUNCTION(l2_distance);
SBERT_DENSE_FUNCTION(l2_squared_distance);
SBERT_DENSE_FUNCTION(inner_product);
SBERT_DENSE_FUNCTION(negative_inner_product);
SBERT_DENSE_FUNCTION(cosine_distance);
SBERT_DENSE_FUNCTION(spherical_distance);
SBERT_DENSE_FUNCTION(l1_distance);
SBERT_DENSE_FUNCTION(norm);
SBERT_DENSE_FUNCTION(l2_normalize);
SBERT_DENSE_FUNCTION(truncate_dim);
SBERT_DENSE_FUNCTION(dims);

} // extern "C"
