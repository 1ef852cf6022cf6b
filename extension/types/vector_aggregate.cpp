// avg(vector) and avg(vector, weight): their state and the steps over it. sum(vector) needs none:
// its step is vector_add.
//
// The state is a double precision[] as in pgvector: {n, sum of x1, sum of x2 ...}, and {0} before
// the first row; with weights n is their sum, and each x is times its row's. An ordinary array can
// cross to a parallel worker and back without serialising functions; double keeps the sum of many
// floats accurate. SQL may call the steps with any array, so each checks it.
#include <cmath>
#include <cstring>

#include "extension/pg.h"
#include "extension/types/vector.h"

namespace sbert {
namespace {

struct AvgState {
    ArrayType *array;
    float8 *values; // values[0] is the sum of weights, values[1 ... dim] the sums
    int dim;        // 0 before the first row
};

AvgState state_alloc(int dim)
{
    Size bytes = ARR_OVERHEAD_NONULLS(1) + sizeof(float8) * (dim + 1);
    ArrayType *array = static_cast<ArrayType *>(palloc0(bytes));
    SET_VARSIZE(array, bytes);
    array->ndim = 1;
    array->dataoffset = 0; // no nulls
    array->elemtype = FLOAT8OID;
    ARR_DIMS(array)[0] = dim + 1;
    ARR_LBOUND(array)[0] = 1;
    return {array, reinterpret_cast<float8 *>(ARR_DATA_PTR(array)), dim};
}

AvgState state_arg(FunctionCallInfo fcinfo, int n, const char *caller)
{
    ArrayType *array = PG_GETARG_ARRAYTYPE_P(n);
    if (ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] < 1 || ARR_HASNULL(array) ||
        ARR_ELEMTYPE(array) != FLOAT8OID)
        elog(ERROR, "%s: expected state array", caller);
    return {array, reinterpret_cast<float8 *>(ARR_DATA_PTR(array)), ARR_DIMS(array)[0] - 1};
}

void add_checked(float8 *sum, float8 value)
{
    *sum += value;
    if (std::isinf(*sum))
        float_overflow_error();
}

// The state with one more row, whose weight is 1 for avg(vector). Inside an aggregate the state is
// ours alone and changes in place, which saves a copy of it per row.
ArrayType *accumulate(FunctionCallInfo fcinfo, AvgState state, const Vector *v, float8 weight)
{
    if (state.dim != 0)
        check_expected_dim(state.dim, v->dim);

    AvgState result = state;
    if (state.dim == 0 || !AggCheckCallContext(fcinfo, nullptr)) {
        result = state_alloc(v->dim);
        memcpy(result.values, state.values, sizeof(float8) * (state.dim + 1));
    }
    add_checked(&result.values[0], weight);
    for (int i = 0; i < v->dim; i++)
        add_checked(&result.values[i + 1], weight * v->x[i]);
    return result.array;
}

// A negative weight could leave a sum of weights of zero, or an average outside of what it
// averages.
float8 weight_arg(FunctionCallInfo fcinfo, int n)
{
    const float8 weight = PG_GETARG_FLOAT8(n);
    if (!std::isfinite(weight) || weight < 0)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("weight must be a finite number and not negative: %g", weight)));
    return weight;
}

// The state of both halves of a parallel scan. A half that saw no row, or none with a weight, has
// nothing to add.
ArrayType *combine(const AvgState &a, const AvgState &b)
{
    if (a.values[0] == 0)
        return b.array;
    if (b.values[0] == 0)
        return a.array;
    check_expected_dim(a.dim, b.dim);

    AvgState result = state_alloc(a.dim);
    memcpy(result.values, a.values, sizeof(float8) * (a.dim + 1));
    result.values[0] += b.values[0];
    for (int i = 1; i <= a.dim; i++)
        add_checked(&result.values[i], b.values[i]);
    return result.array;
}

Vector *average(const AvgState &state)
{
    check_dim(state.dim);
    Vector *result = vector_alloc(state.dim);
    for (int i = 0; i < state.dim; i++)
        result->x[i] = static_cast<float>(state.values[i + 1] / state.values[0]);
    check_elements_finite(result);
    return result;
}

} // namespace
} // namespace sbert

extern "C" {

SBERT_FUNCTION(sbert_vector_accum);
Datum sbert_vector_accum(PG_FUNCTION_ARGS)
{
    sbert::AvgState state = sbert::state_arg(fcinfo, 0, "vector_accum");
    PG_RETURN_ARRAYTYPE_P(sbert::accumulate(fcinfo, state, sbert::vector_arg(fcinfo, 1), 1));
}

SBERT_FUNCTION(sbert_vector_accum_weighted);
Datum sbert_vector_accum_weighted(PG_FUNCTION_ARGS)
{
    sbert::AvgState state = sbert::state_arg(fcinfo, 0, "vector_accum");
    PG_RETURN_ARRAYTYPE_P(sbert::accumulate(fcinfo, state, sbert::vector_arg(fcinfo, 1),
                                            sbert::weight_arg(fcinfo, 2)));
}

SBERT_FUNCTION(sbert_vector_combine);
Datum sbert_vector_combine(PG_FUNCTION_ARGS)
{
    PG_RETURN_ARRAYTYPE_P(sbert::combine(sbert::state_arg(fcinfo, 0, "vector_combine"),
                                         sbert::state_arg(fcinfo, 1, "vector_combine")));
}

SBERT_FUNCTION(sbert_vector_avg);
Datum sbert_vector_avg(PG_FUNCTION_ARGS)
{
    sbert::AvgState state = sbert::state_arg(fcinfo, 0, "vector_avg");
    if (state.values[0] == 0) // SQL: the average of no rows is null; so is that of no weight
        PG_RETURN_NULL();
    PG_RETURN_POINTER(sbert::average(state));
}

} // extern "C"
