#include <cmath>

#include "encoder/kernels/rotation.h"
#include "extension/pg.h"

#include "extension/ivf/prepare.h"

namespace sbert::ivf {
namespace {

// Unit length, by a sum that neither overflows nor vanishes; false for a vector of zeros.
bool normalize(float *x, uint32 d, double norm2)
{
    if (norm2 == 0)
        return false;
    const double scale = 1 / std::sqrt(norm2);
    for (uint32 i = 0; i < d; i++)
        x[i] = static_cast<float>(x[i] * scale);
    return true;
}

} // namespace

bool prepare_vector(const Preparation *preparation, Datum value, float *x, float *norm2)
{
    const uint32 d = preparation->d;
    const int dimensions = preparation->type->dimensions(value);
    if (dimensions != static_cast<int>(d))
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("expected %u dimensions, not %d", d, dimensions)));
    preparation->type->to_floats(value, x);
    double sum = 0;
    for (uint32 i = 0; i < d; i++)
        sum += static_cast<double>(x[i]) * x[i];
    *norm2 = static_cast<float>(sum);
    if (preparation->type->metric == ann::Metric::kCosine && !normalize(x, d, sum))
        return false;
    kernels::rotate(preparation->signs, d, x);
    return true;
}

bool prepare(const Cache *cache, const TypeSupport *type, Datum value, float *x, float *norm2)
{
    const Preparation preparation = {type, cache->shape.d, cache_at<uint32>(cache, cache->signs)};
    return prepare_vector(&preparation, value, x, norm2);
}

uint32 declared_dimensions(Relation index, const TypeSupport *type)
{
    const int32 typmod = TupleDescAttr(RelationGetDescr(index), 0)->atttypmod;
    if (typmod < 1)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("column does not have dimensions"),
                        errhint("Declare them, as in vector(384); an expression needs a cast.")));
    if (typmod > type->max_dimensions)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("column cannot have more than %d dimensions for sbert_ivf index",
                               type->max_dimensions)));
    return static_cast<uint32>(typmod);
}

} // namespace sbert::ivf
