// The total order of vector and of halfvec: < <= = <> >= > and the btree's comparison. It is for
// sorting and grouping, and says nothing about meaning.
#include <algorithm>

#include "extension/pg.h"
#include "extension/types/dense.h"

namespace sbert {

template <class Element>
int dense_compare(const Dense<Element> *a, const Dense<Element> *b)
{
    const int common = std::min(a->dim, b->dim);
    for (int i = 0; i < common; i++) {
        const float x = to_float(a->x[i]), y = to_float(b->x[i]);
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (a->dim > b->dim) - (a->dim < b->dim);
}

template int dense_compare(const Vector *, const Vector *);
template int dense_compare(const HalfVector *, const HalfVector *);

namespace {

// Frees copies made by detoasting, because a sort compares a row many times in one memory context.
template <class Element>
int compare_args(FunctionCallInfo fcinfo)
{
    Dense<Element> *a = dense_arg<Element>(fcinfo, 0);
    Dense<Element> *b = dense_arg<Element>(fcinfo, 1);
    const int order = dense_compare(a, b);
    PG_FREE_IF_COPY(a, 0);
    PG_FREE_IF_COPY(b, 1);
    return order;
}

// clang-format off
template <class Element> Datum lt(FunctionCallInfo fcinfo) { PG_RETURN_BOOL(compare_args<Element>(fcinfo) < 0); }
template <class Element> Datum le(FunctionCallInfo fcinfo) { PG_RETURN_BOOL(compare_args<Element>(fcinfo) <= 0); }
template <class Element> Datum eq(FunctionCallInfo fcinfo) { PG_RETURN_BOOL(compare_args<Element>(fcinfo) == 0); }
template <class Element> Datum ne(FunctionCallInfo fcinfo) { PG_RETURN_BOOL(compare_args<Element>(fcinfo) != 0); }
template <class Element> Datum ge(FunctionCallInfo fcinfo) { PG_RETURN_BOOL(compare_args<Element>(fcinfo) >= 0); }
template <class Element> Datum gt(FunctionCallInfo fcinfo) { PG_RETURN_BOOL(compare_args<Element>(fcinfo) > 0); }
template <class Element> Datum cmp(FunctionCallInfo fcinfo) { PG_RETURN_INT32(compare_args<Element>(fcinfo)); }
// clang-format on

} // namespace
} // namespace sbert

extern "C" {

SBERT_DENSE_FUNCTION(lt);
SBERT_DENSE_FUNCTION(le);
SBERT_DENSE_FUNCTION(eq);
SBERT_DENSE_FUNCTION(ne);
SBERT_DENSE_FUNCTION(ge);
SBERT_DENSE_FUNCTION(gt);
SBERT_DENSE_FUNCTION(cmp);

} // extern "C"
