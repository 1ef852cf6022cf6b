// Support function 1 of the operator classes: what a type and its metric mean to the index.
#include <algorithm>
#include <cmath>

#include "extension/pg.h"

#include "extension/ivf/ivf.h"
#include "extension/types/vector.h"

namespace sbert::ivf {
namespace {

const Vector *vector_of(Datum value)
{
    return reinterpret_cast<const Vector *>(PG_DETOAST_DATUM(value));
}

void release(const Vector *vector, Datum value)
{
    if (reinterpret_cast<const char *>(vector) != DatumGetPointer(value))
        pfree(const_cast<Vector *>(vector));
}

int vector_dimensions(Datum value)
{
    const Vector *vector = vector_of(value);
    const int dim = vector->dim;
    release(vector, value);
    return dim;
}

void vector_to_floats(Datum value, float *out)
{
    const Vector *vector = vector_of(value);
    memcpy(out, vector->x, sizeof(float) * static_cast<Size>(vector->dim));
    release(vector, value);
}

double l2_distance(float key, float) { return std::sqrt(std::max(static_cast<double>(key), 0.0)); }
double negative_product(float key, float) { return key; }
double cosine_distance(float key, float) { return static_cast<double>(key) / 2; }

constexpr TypeSupport kVectorL2 = {ann::Metric::kL2, kVectorMaxDim, vector_dimensions,
                                   vector_to_floats, l2_distance};
constexpr TypeSupport kVectorProduct = {ann::Metric::kInnerProduct, kVectorMaxDim,
                                        vector_dimensions, vector_to_floats, negative_product};
constexpr TypeSupport kVectorCosine = {ann::Metric::kCosine, kVectorMaxDim, vector_dimensions,
                                       vector_to_floats, cosine_distance};

} // namespace

const TypeSupport *type_support(Relation index)
{
    FmgrInfo *function = index_getprocinfo(index, 1, 1);
    const Datum result = FunctionCall1(function, PointerGetDatum(nullptr));
    return reinterpret_cast<const TypeSupport *>(DatumGetPointer(result));
}

} // namespace sbert::ivf

extern "C" {

SBERT_FUNCTION(sbert_ivf_vector_l2_support);
Datum sbert_ivf_vector_l2_support(PG_FUNCTION_ARGS)
{
    (void)fcinfo;
    PG_RETURN_POINTER(&sbert::ivf::kVectorL2);
}

SBERT_FUNCTION(sbert_ivf_vector_ip_support);
Datum sbert_ivf_vector_ip_support(PG_FUNCTION_ARGS)
{
    (void)fcinfo;
    PG_RETURN_POINTER(&sbert::ivf::kVectorProduct);
}

SBERT_FUNCTION(sbert_ivf_vector_cosine_support);
Datum sbert_ivf_vector_cosine_support(PG_FUNCTION_ARGS)
{
    (void)fcinfo;
    PG_RETURN_POINTER(&sbert::ivf::kVectorCosine);
}

} // extern "C"
