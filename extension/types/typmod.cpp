// The n of vector(n), halfvec(n) and sparsevec(n): reads it, and checks a value against it.
#include "extension/types/sparse.h"

namespace sbert {
namespace {

template <class Value>
inline constexpr int kMaxDim = kDenseMaxDim;
template <>
inline constexpr int kMaxDim<SparseVector> = kSparseMaxDim;

// The single modifier in the list, from 1 to `max`. Raises an error for anything else.
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

template <class Value>
Datum typmod_in(FunctionCallInfo fcinfo)
{
    PG_RETURN_INT32(dimensions_typmod(PG_GETARG_ARRAYTYPE_P(0), kTypeName<Value>, kMaxDim<Value>));
}

// The server calls this to apply the n.
template <class Value>
Datum to_typmod(FunctionCallInfo fcinfo)
{
    Value *v = value_arg<Value>(fcinfo, 0);
    check_expected_dim(PG_GETARG_INT32(1), v->dim);
    PG_RETURN_POINTER(v);
}

} // namespace

SBERT_VECTOR_FUNCTION(typmod_in);
SBERT_VECTOR_FUNCTION(to_typmod);

} // namespace sbert
