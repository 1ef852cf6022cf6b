// What makes a vector valid: one place for the refusals, so that all ways in give the same errors.
#include <cmath>

#include "extension/pg.h"
#include "extension/types/vector.h"

namespace sbert {

void check_dim(int dim)
{
    if (dim < 1)
        ereport(ERROR,
                (errcode(ERRCODE_DATA_EXCEPTION), errmsg("vector must have at least 1 dimension")));
    if (dim > kVectorMaxDim)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("vector cannot have more than %d dimensions", kVectorMaxDim),
                        errdetail("The value has %d dimensions.", dim)));
}

void check_expected_dim(int32 typmod, int dim)
{
    if (typmod != -1 && typmod != dim)
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("expected %d dimensions, not %d", typmod, dim)));
}

void check_same_dims(const Vector *a, const Vector *b)
{
    if (a->dim != b->dim)
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("different vector dimensions %d and %d", a->dim, b->dim)));
}

void check_element_finite(float value, int index)
{
    if (std::isfinite(value))
        return;
    if (std::isnan(value))
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION), errmsg("NaN not allowed in vector"),
                        errdetail("Element %d is not a number.", index + 1)));
    ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION), errmsg("infinite value not allowed in vector"),
                    errdetail("Element %d does not fit into a float4.", index + 1)));
}

void check_elements_finite(const Vector *v)
{
    for (int i = 0; i < v->dim; i++)
        check_element_finite(v->x[i], i);
}

} // namespace sbert
