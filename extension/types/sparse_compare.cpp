// The total order of sparsevec, which is that of dense vectors with the same elements: by the first
// element that differs, then by the number of dimensions.
#include <algorithm>

#include "extension/pg.h"
#include "extension/types/sparse.h"

namespace sbert {
namespace {

int sparse_compare(const SparseVector *a, const SparseVector *b)
{
    const float *x = sparse_values(a), *y = sparse_values(b);
    const int common = std::min(a->nnz, b->nnz);
    int i = 0;
    while (i < common && a->indices[i] == b->indices[i] && x[i] == y[i])
        i++;

    // Finds the first element that differs. If only one vector has an element, the other's is zero.
    const int32 at_a = i < a->nnz ? a->indices[i] : PG_INT32_MAX;
    const int32 at_b = i < b->nnz ? b->indices[i] : PG_INT32_MAX;
    const int32 first = std::min(at_a, at_b);
    // No element that both have differs.
    if (first >= std::min(a->dim, b->dim))
        return (a->dim > b->dim) - (a->dim < b->dim);
    const float value_a = at_a == first ? x[i] : 0;
    const float value_b = at_b == first ? y[i] : 0;
    return value_a < value_b ? -1 : 1;
}

// Frees copies made by detoasting, because a sort compares a row many times in one memory context.
int compare_args(FunctionCallInfo fcinfo)
{
    SparseVector *a = sparse_arg(fcinfo, 0);
    SparseVector *b = sparse_arg(fcinfo, 1);
    const int order = sparse_compare(a, b);
    PG_FREE_IF_COPY(a, 0);
    PG_FREE_IF_COPY(b, 1);
    return order;
}

} // namespace
} // namespace sbert

extern "C" {

SBERT_FUNCTION(sbert_sparsevec_lt);
Datum sbert_sparsevec_lt(PG_FUNCTION_ARGS) { PG_RETURN_BOOL(sbert::compare_args(fcinfo) < 0); }

SBERT_FUNCTION(sbert_sparsevec_le);
Datum sbert_sparsevec_le(PG_FUNCTION_ARGS) { PG_RETURN_BOOL(sbert::compare_args(fcinfo) <= 0); }

SBERT_FUNCTION(sbert_sparsevec_eq);
Datum sbert_sparsevec_eq(PG_FUNCTION_ARGS) { PG_RETURN_BOOL(sbert::compare_args(fcinfo) == 0); }

SBERT_FUNCTION(sbert_sparsevec_ne);
Datum sbert_sparsevec_ne(PG_FUNCTION_ARGS) { PG_RETURN_BOOL(sbert::compare_args(fcinfo) != 0); }

SBERT_FUNCTION(sbert_sparsevec_ge);
Datum sbert_sparsevec_ge(PG_FUNCTION_ARGS) { PG_RETURN_BOOL(sbert::compare_args(fcinfo) >= 0); }

SBERT_FUNCTION(sbert_sparsevec_gt);
Datum sbert_sparsevec_gt(PG_FUNCTION_ARGS) { PG_RETURN_BOOL(sbert::compare_args(fcinfo) > 0); }

SBERT_FUNCTION(sbert_sparsevec_cmp);
Datum sbert_sparsevec_cmp(PG_FUNCTION_ARGS) { PG_RETURN_INT32(sbert::compare_args(fcinfo)); }

} // extern "C"
