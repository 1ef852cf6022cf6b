#include <cmath>

#include "encoder/kernels/rotation.h"
#include "extension/pg.h"

#include "extension/ivf/memory.h"
#include "extension/ivf/prepare.h"
#include "extension/types/dense.h"

namespace sbert::ivf {
namespace {

// What a vector is multiplied with to be as the metric sees it; 0 for what is not indexed.
double scale_of(ann::Metric metric, double norm2)
{
    if (metric != ann::Metric::kCosine)
        return 1;
    return norm2 == 0 ? 0 : 1 / std::sqrt(norm2);
}

void rotate(const Preparation *preparation, float *x)
{
    kernels::rotate(preparation->signs, preparation->d, x);
}

} // namespace

Preparation preparation_of(const Cache *cache, const TypeSupport *type)
{
    return {type, cache->shape.d, cache->signs, cache->origin};
}

void read_given(const Preparation *preparation, Datum value, float *given)
{
    value = PointerGetDatum(PG_DETOAST_DATUM(value));
    const int dimensions = preparation->type->dimensions(value);
    if (dimensions != static_cast<int>(preparation->d))
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("expected %u dimensions, not %d", preparation->d, dimensions)));
    preparation->type->to_floats(value, given);
}

bool row_as_seen(ann::Metric metric, uint32 d, const float *given, float *seen)
{
    const double scale = scale_of(metric, ann::sum_of_squares(given, d));
    for (uint32 i = 0; i < d; i++)
        seen[i] = static_cast<float>(given[i] * scale);
    return scale != 0;
}

bool prepare_row(const Preparation *preparation, const float *given, float *x, float *norm2)
{
    const double sum = ann::sum_of_squares(given, preparation->d);
    const double scale = scale_of(preparation->type->metric, sum);
    *norm2 = static_cast<float>(sum);
    if (scale == 0)
        return false;
    for (uint32 i = 0; i < preparation->d; i++)
        x[i] = static_cast<float>(given[i] * scale - preparation->origin[i]);
    rotate(preparation, x);
    return true;
}

bool prepare_vector(const Preparation *preparation, Datum value, float *x, float *norm2)
{
    read_given(preparation, value, x);
    return prepare_row(preparation, x, x, norm2);
}

bool prepare_query(const Preparation *preparation, const float *given, float *q, float *norm2,
                   double *shift)
{
    *shift = 0;
    if (preparation->type->metric != ann::Metric::kInnerProduct)
        return prepare_row(preparation, given, q, norm2);
    *norm2 = static_cast<float>(ann::sum_of_squares(given, preparation->d));
    for (uint32 i = 0; i < preparation->d; i++) {
        *shift += static_cast<double>(given[i]) * preparation->origin[i];
        q[i] = given[i];
    }
    rotate(preparation, q);
    return true;
}

void query_of_row(const Preparation *preparation, float *x, double *shift)
{
    *shift = 0;
    if (preparation->type->metric != ann::Metric::kInnerProduct)
        return;
    const uint32 d = preparation->d;
    auto *origin = allocate<float>(d);
    memcpy(origin, preparation->origin, d * sizeof(float));
    rotate(preparation, origin);
    for (uint32 i = 0; i < d; i++) {
        x[i] += origin[i];
        *shift += static_cast<double>(x[i]) * origin[i];
    }
    pfree(origin);
}

uint32 declared_dimensions(Relation index)
{
    const int32 typmod = TupleDescAttr(RelationGetDescr(index), 0)->atttypmod;
    if (typmod < 1)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("column does not have dimensions"),
                        errhint("Declare them, as in vector(384); an expression needs a cast.")));
    if (typmod > kDenseMaxDim)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("column cannot have more than %d dimensions for sbert_ivf index",
                               kDenseMaxDim)));
    return static_cast<uint32>(typmod);
}

} // namespace sbert::ivf
