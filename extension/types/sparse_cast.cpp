// Casts of sparsevec(n) from and to vector and halfvec, and from PostgreSQL's arrays. Text and
// binary forms are in sparse_io.cpp.
#include <algorithm>

#include "extension/pg.h"
#include "extension/types/array_elements.h"
#include "extension/types/dense.h"
#include "extension/types/sparse.h"

namespace sbert {
namespace {

// The elements of a row of `dim` elements that are not zero.
template <class Element>
SparseVector *sparse_from_row(const Element *x, int dim)
{
    const auto nnz =
        dim - std::count_if(x, x + dim, [](Element value) { return to_float(value) == 0; });
    check_sparse_count(nnz, dim);
    SparseVector *result = sparse_alloc(dim, static_cast<int>(nnz));
    float *values = sparse_values(result);
    for (int i = 0, n = 0; i < dim; i++) {
        const float value = to_float(x[i]);
        if (value == 0)
            continue;
        check_sparse_value(value, i);
        result->indices[n] = i;
        values[n++] = value;
    }
    return result;
}

template <class Element>
Datum to_sparsevec(FunctionCallInfo fcinfo)
{
    const Dense<Element> *v = dense_arg<Element>(fcinfo, 0);
    check_expected_dim(PG_GETARG_INT32(1), v->dim);
    PG_RETURN_POINTER(sparse_from_row(v->x, v->dim));
}

template <class Element>
Datum from_sparsevec(FunctionCallInfo fcinfo)
{
    const SparseVector *v = value_arg<SparseVector>(fcinfo, 0);
    check_dim(kTypeName<Element>, v->dim);
    check_expected_dim(PG_GETARG_INT32(1), v->dim);
    Dense<Element> *result = dense_alloc<Element>(v->dim);
    for (int i = 0; i < v->nnz; i++)
        result->x[v->indices[i]] = narrow_checked<Element>(sparse_values(v)[i]);
    PG_RETURN_POINTER(result);
}

SparseVector *sparse_from_array(ArrayType *array, int32 typmod)
{
    const int dim = array_count(array);
    check_dim(kTypeName<SparseVector>, dim, kSparseMaxDim);
    check_expected_dim(typmod, dim);
    float *x = array_floats(array, dim);
    SparseVector *result = sparse_from_row(x, dim);
    pfree(x);
    return result;
}

} // namespace

SBERT_DENSE_FUNCTION(to_sparsevec);
SBERT_DENSE_FUNCTION(from_sparsevec);

SBERT_FUNCTION(sbert_sparsevec_from_array)
{
    PG_RETURN_POINTER(sparse_from_array(PG_GETARG_ARRAYTYPE_P(0), PG_GETARG_INT32(1)));
}

} // namespace sbert
