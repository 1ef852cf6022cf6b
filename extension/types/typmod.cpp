#include "extension/types/typmod.h"

namespace sbert {

int32 dimensions_typmod(ArrayType *list, const char *type, int32 max)
{
    int count = 0;
    const int32 *modifiers = ArrayGetIntegerTypmods(list, &count);
    if (count != 1)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("invalid type modifier"),
                        errdetail("Type %s takes one number of dimensions, not %d.", type, count)));
    const int32 dim = modifiers[0];
    if (dim < 1)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("dimensions for type %s must be at least 1", type),
                        errdetail("The type modifier is %d.", dim)));
    if (dim > max)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("dimensions for type %s cannot exceed %d", type, max),
                        errdetail("The type modifier is %d.", dim)));
    return dim;
}

} // namespace sbert
