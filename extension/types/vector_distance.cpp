// Distances between two vectors, and the length of one. The sums are encoder/kernels/distance.h;
// here are the square roots, the signs and the check that both have the same dimensions.
#include <cmath>
#include <numbers>

#include "encoder/kernels/distance.h"
#include "extension/pg.h"
#include "extension/types/vector.h"

namespace sbert {
namespace {

// The two operands of a distance, of equal dimensions.
struct Pair {
    const Vector *a;
    const Vector *b;
    size_t dim;
};

Pair pair_args(FunctionCallInfo fcinfo)
{
    const Vector *a = vector_arg(fcinfo, 0);
    const Vector *b = vector_arg(fcinfo, 1);
    check_same_dims(a, b);
    return {a, b, static_cast<size_t>(a->dim)};
}

double l2_squared(const Pair &p) { return kernels::l2_squared(p.a->x, p.b->x, p.dim); }

double inner_product(const Pair &p) { return kernels::inner_product(p.a->x, p.b->x, p.dim); }

// Angle in units of pi, for vectors of length one; a metric, which the cosine distance is not.
double spherical(const Pair &p)
{
    double cosine = inner_product(p);
    // Rounding may carry the product of unit vectors past 1, where acos() is NaN.
    if (cosine > 1)
        cosine = 1;
    if (cosine < -1)
        cosine = -1;
    return std::acos(cosine) / std::numbers::pi;
}

// In double: a float's square overflows from 1.8e19 on.
double norm(const Vector *v)
{
    double sum = 0;
    for (int i = 0; i < v->dim; i++)
        sum += static_cast<double>(v->x[i]) * v->x[i];
    return std::sqrt(sum);
}

// Of length one, or all zeros where v is. No element can overflow: none is longer than the whole.
Vector *normalize(const Vector *v)
{
    Vector *result = vector_alloc(v->dim);
    double length = norm(v);
    if (length > 0)
        for (int i = 0; i < v->dim; i++)
            result->x[i] = static_cast<float>(v->x[i] / length);
    return result;
}

} // namespace
} // namespace sbert

extern "C" {

SBERT_FUNCTION(sbert_l2_distance);
Datum sbert_l2_distance(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(std::sqrt(sbert::l2_squared(sbert::pair_args(fcinfo))));
}

SBERT_FUNCTION(sbert_vector_l2_squared_distance);
Datum sbert_vector_l2_squared_distance(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(sbert::l2_squared(sbert::pair_args(fcinfo)));
}

SBERT_FUNCTION(sbert_inner_product);
Datum sbert_inner_product(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(sbert::inner_product(sbert::pair_args(fcinfo)));
}

// Negative, because index scans return the smallest first.
SBERT_FUNCTION(sbert_vector_negative_inner_product);
Datum sbert_vector_negative_inner_product(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(-sbert::inner_product(sbert::pair_args(fcinfo)));
}

SBERT_FUNCTION(sbert_cosine_distance);
Datum sbert_cosine_distance(PG_FUNCTION_ARGS)
{
    sbert::Pair p = sbert::pair_args(fcinfo);
    PG_RETURN_FLOAT8(1.0 - sbert::kernels::cosine(p.a->x, p.b->x, p.dim));
}

SBERT_FUNCTION(sbert_vector_spherical_distance);
Datum sbert_vector_spherical_distance(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(sbert::spherical(sbert::pair_args(fcinfo)));
}

SBERT_FUNCTION(sbert_l1_distance);
Datum sbert_l1_distance(PG_FUNCTION_ARGS)
{
    sbert::Pair p = sbert::pair_args(fcinfo);
    PG_RETURN_FLOAT8(sbert::kernels::l1(p.a->x, p.b->x, p.dim));
}

SBERT_FUNCTION(sbert_vector_dims);
Datum sbert_vector_dims(PG_FUNCTION_ARGS) { PG_RETURN_INT32(sbert::vector_arg(fcinfo, 0)->dim); }

SBERT_FUNCTION(sbert_vector_norm);
Datum sbert_vector_norm(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(sbert::norm(sbert::vector_arg(fcinfo, 0)));
}

SBERT_FUNCTION(sbert_l2_normalize);
Datum sbert_l2_normalize(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(sbert::normalize(sbert::vector_arg(fcinfo, 0)));
}

} // extern "C"
