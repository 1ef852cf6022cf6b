// Checks that sparsevecs are valid. All input functions and casts use these checks, so that they
// raise the same errors.
#include <cmath>

#include "extension/types/sparse.h"

namespace sbert {

void check_sparse_count(int64 nnz, int dim)
{
    if (nnz < 0)
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("sparsevec cannot have negative number of elements"),
                        errdetail("The number of elements is %lld.", static_cast<long long>(nnz))));
    if (nnz > kSparseMaxCount)
        ereport(ERROR,
                (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                 errmsg("sparsevec cannot have more than %d non-zero elements", kSparseMaxCount),
                 errdetail("The value has %lld elements.", static_cast<long long>(nnz))));
    if (nnz > dim)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("sparsevec cannot have more elements than dimensions"),
                        errdetail("The value has %lld elements and %d dimensions.",
                                  static_cast<long long>(nnz), dim)));
}

void check_same_dims(const SparseVector *a, const SparseVector *b)
{
    check_same_dims(kTypeName<SparseVector>, a->dim, b->dim);
}

void check_sparse_index(const SparseVector *v, int i)
{
    const int32 index = v->indices[i];
    const long long position = static_cast<long long>(index) + 1;
    if (index < 0 || index >= v->dim)
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION), errmsg("sparsevec index out of bounds"),
                        errdetail("Index %lld is not between 1 and %d.", position, v->dim)));
    if (i == 0)
        return;
    if (index < v->indices[i - 1])
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("sparsevec indices must be in ascending order"),
                        errdetail("Index %lld follows %d.", position, v->indices[i - 1] + 1)));
    if (index == v->indices[i - 1])
        ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
                        errmsg("sparsevec indices must not contain duplicates"),
                        errdetail("Index %lld is there twice.", position)));
}

void check_sparse_value(float value, int index)
{
    if (!std::isfinite(value))
        report_not_finite(kTypeName<SparseVector>, value, index);
}

} // namespace sbert
