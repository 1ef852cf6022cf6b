// The total order of vector, halfvec and sparsevec: < <= = <> >= > and the btree's comparison. It
// is for sorting and grouping, and says nothing about meaning. The first element that differs
// decides. Otherwise the shorter vector comes first, as with PostgreSQL's arrays.
#include <algorithm>

#include "extension/types/sparse.h"

namespace sbert {
namespace {

template <class Element>
int compare(const Dense<Element> *a, const Dense<Element> *b)
{
    const int common = std::min(a->dim, b->dim);
    for (int i = 0; i < common; i++) {
        const float x = to_float(a->x[i]), y = to_float(b->x[i]);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (a->dim > b->dim) - (a->dim < b->dim);
}

// As of dense vectors with the same elements.
int compare(const SparseVector *a, const SparseVector *b)
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
template <class Value>
int compare_args(FunctionCallInfo fcinfo)
{
    Value *a = value_arg<Value>(fcinfo, 0);
    Value *b = value_arg<Value>(fcinfo, 1);
    const int order = compare(a, b);
    PG_FREE_IF_COPY(a, 0);
    PG_FREE_IF_COPY(b, 1);
    return order;
}

// clang-format off
template <class Value> Datum lt(FunctionCallInfo fcinfo) { PG_RETURN_BOOL(compare_args<Value>(fcinfo) < 0); }
template <class Value> Datum le(FunctionCallInfo fcinfo) { PG_RETURN_BOOL(compare_args<Value>(fcinfo) <= 0); }
template <class Value> Datum eq(FunctionCallInfo fcinfo) { PG_RETURN_BOOL(compare_args<Value>(fcinfo) == 0); }
template <class Value> Datum ne(FunctionCallInfo fcinfo) { PG_RETURN_BOOL(compare_args<Value>(fcinfo) != 0); }
template <class Value> Datum ge(FunctionCallInfo fcinfo) { PG_RETURN_BOOL(compare_args<Value>(fcinfo) >= 0); }
template <class Value> Datum gt(FunctionCallInfo fcinfo) { PG_RETURN_BOOL(compare_args<Value>(fcinfo) > 0); }
template <class Value> Datum cmp(FunctionCallInfo fcinfo) { PG_RETURN_INT32(compare_args<Value>(fcinfo)); }
// clang-format on

} // namespace

SBERT_VECTOR_FUNCTION(lt);
SBERT_VECTOR_FUNCTION(le);
SBERT_VECTOR_FUNCTION(eq);
SBERT_VECTOR_FUNCTION(ne);
SBERT_VECTOR_FUNCTION(ge);
SBERT_VECTOR_FUNCTION(gt);
SBERT_VECTOR_FUNCTION(cmp);

} // namespace sbert
