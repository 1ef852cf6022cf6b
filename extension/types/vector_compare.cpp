// The total order of vectors: < <= = <> >= > and the btree's comparison. It sorts and groups; it
// says nothing about meaning.
#include <algorithm>

#include "extension/pg.h"
#include "extension/types/vector.h"

namespace sbert {

int vector_compare(const Vector *a, const Vector *b)
{
    int common = std::min(a->dim, b->dim);
    for (int i = 0; i < common; i++) {
        if (a->x[i] < b->x[i])
            return -1;
        if (a->x[i] > b->x[i])
            return 1;
    }
    return (a->dim > b->dim) - (a->dim < b->dim);
}

namespace {

// A sort compares a row many times within one memory context, so copies made by detoasting are
// freed here.
int compare_args(FunctionCallInfo fcinfo)
{
    Vector *a = vector_arg(fcinfo, 0);
    Vector *b = vector_arg(fcinfo, 1);
    int order = vector_compare(a, b);
    PG_FREE_IF_COPY(a, 0);
    PG_FREE_IF_COPY(b, 1);
    return order;
}

} // namespace
} // namespace sbert

extern "C" {

SBERT_FUNCTION(sbert_vector_lt);
Datum sbert_vector_lt(PG_FUNCTION_ARGS) { PG_RETURN_BOOL(sbert::compare_args(fcinfo) < 0); }

SBERT_FUNCTION(sbert_vector_le);
Datum sbert_vector_le(PG_FUNCTION_ARGS) { PG_RETURN_BOOL(sbert::compare_args(fcinfo) <= 0); }

SBERT_FUNCTION(sbert_vector_eq);
Datum sbert_vector_eq(PG_FUNCTION_ARGS) { PG_RETURN_BOOL(sbert::compare_args(fcinfo) == 0); }

SBERT_FUNCTION(sbert_vector_ne);
Datum sbert_vector_ne(PG_FUNCTION_ARGS) { PG_RETURN_BOOL(sbert::compare_args(fcinfo) != 0); }

SBERT_FUNCTION(sbert_vector_ge);
Datum sbert_vector_ge(PG_FUNCTION_ARGS) { PG_RETURN_BOOL(sbert::compare_args(fcinfo) >= 0); }

SBERT_FUNCTION(sbert_vector_gt);
Datum sbert_vector_gt(PG_FUNCTION_ARGS) { PG_RETURN_BOOL(sbert::compare_args(fcinfo) > 0); }

SBERT_FUNCTION(sbert_vector_cmp);
Datum sbert_vector_cmp(PG_FUNCTION_ARGS) { PG_RETURN_INT32(sbert::compare_args(fcinfo)); }

} // extern "C"
