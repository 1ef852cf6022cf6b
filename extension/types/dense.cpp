// Checks that values are valid. All input functions and casts use these checks, so that they raise
// the same errors.
#include <cmath>

#include "extension/pg.h"
#include "extension/types/dense.h"

namespace sbert {

void check_dim(const char *type, int64 dim, int max)
{
    if (dim < 1)
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("%s must have at least 1 dimension", type)));
    if (dim > max)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("%s cannot have more than %d dimensions", type, max),
                        errdetail("The value has %lld dimensions.", static_cast<long long>(dim))));
}

void check_expected_dim(int32 typmod, int dim)
{
    if (typmod != -1 && typmod != dim)
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("expected %d dimensions, not %d", typmod, dim)));
}

void check_same_dims(const char *type, int a, int b)
{
    if (a != b)
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("different %s dimensions %d and %d", type, a, b)));
}

void check_unused(int32 unused)
{
    if (unused != 0)
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("expected unused to be 0, not %d", unused)));
}

void report_not_finite(const char *type, float value, int64 index)
{
    const long long position = static_cast<long long>(index) + 1;
    if (std::isnan(value))
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION), errmsg("NaN not allowed in %s", type),
                        errdetail("Element %lld is not a number.", position)));
    ereport(ERROR,
            (errcode(ERRCODE_DATA_EXCEPTION), errmsg("infinite value not allowed in %s", type),
             errdetail("Element %lld is infinite or too large.", position)));
}

void report_out_of_range(const char *type, float value)
{
    char digits[FLOAT_SHORTEST_DECIMAL_LEN];
    float_to_shortest_decimal_buf(value, digits);
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("\"%s\" is out of range for type %s", digits, type)));
}

} // namespace sbert
