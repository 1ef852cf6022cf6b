// avg() of vector and of halfvec, with weights or without. sum() needs no code here, because its
// step is the type's addition.
//
// The state is a double precision[] as in pgvector: {n, sum of x1, sum of x2 ...}, and {0} before
// the first row. With weights n is their sum, and each x is multiplied by the weight of its row. An
// ordinary array can be sent to a parallel worker and back without serialising functions, and
// double keeps the sum of many floats accurate. SQL may call the steps with any array, so each step
// checks it.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "extension/types/array_elements.h"
#include "extension/types/dense.h"

namespace sbert {
namespace {

// The names of the SQL functions, for the error about an invalid state.
template <class Element>
inline constexpr const char *kAccumulate = "vector_accum";
template <>
inline constexpr const char *kAccumulate<Half> = "halfvec_accum";
template <class Element>
inline constexpr const char *kAverage = "vector_avg";
template <>
inline constexpr const char *kAverage<Half> = "halfvec_avg";

struct AvgState {
    ArrayType *array;
    float8 *values; // values[0] is the sum of weights, values[1 ... dim] the sums
    int dim;        // 0 before the first row
};

AvgState state_alloc(int dim)
{
    ArrayType *array = array_alloc(FLOAT8OID, sizeof(float8), dim + 1);
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

float8 sum_of_weights(float8 a, float8 b)
{
    if (std::isinf(a + b) && std::isfinite(a) && std::isfinite(b))
        float_overflow_error();
    return a + b;
}

// Adds a row to the state. Its weight is 1 if none was given. The first row sets the sums, because
// adding it to zero would lose the sign of -0. Inside an aggregate nobody else has the state, so it
// changes in place, which saves a copy per row.
template <class Element>
Datum accumulate(FunctionCallInfo fcinfo, float8 weight)
{
    const AvgState state = state_arg(fcinfo, 0, kAccumulate<Element>);
    const Dense<Element> *v = dense_arg<Element>(fcinfo, 1);
    const bool first = state.dim == 0;
    if (!first)
        check_expected_dim(state.dim, v->dim);

    AvgState result = state;
    if (first || !AggCheckCallContext(fcinfo, nullptr)) {
        result = state_alloc(v->dim);
        memcpy(result.values, state.values, sizeof(float8) * (state.dim + 1));
    }
    result.values[0] = sum_of_weights(state.values[0], weight);
    for (int i = 0; i < v->dim; i++) {
        const float8 value = weight * to_float(v->x[i]);
        result.values[i + 1] = first ? value : result.values[i + 1] + value;
        if (std::isinf(result.values[i + 1]))
            float_overflow_error();
    }
    PG_RETURN_ARRAYTYPE_P(result.array);
}

// Refuses negative weights. With them the sum of weights could be zero, or the average outside the
// range of its rows.
float8 weight_arg(FunctionCallInfo fcinfo, int n)
{
    const float8 weight = PG_GETARG_FLOAT8(n);
    if (!std::isfinite(weight) || weight < 0)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("weight must be a finite number and not negative: %g", weight)));
    return weight;
}

// Combines the states of two halves of a parallel scan. A half without a row, or without a row that
// has a weight, adds nothing.
ArrayType *combine(const AvgState &a, const AvgState &b)
{
    // Only a state that was made by hand can have more dimensions than a vector.
    if (const int dim = std::max(a.dim, b.dim); dim > kDenseMaxDim)
        check_dim(kTypeName<float>, dim);
    if (a.values[0] == 0)
        return b.array;
    if (b.values[0] == 0)
        return a.array;
    check_expected_dim(a.dim, b.dim);

    AvgState result = state_alloc(a.dim);
    memcpy(result.values, a.values, sizeof(float8) * (a.dim + 1));
    result.values[0] = sum_of_weights(a.values[0], b.values[0]);
    for (int i = 1; i <= a.dim; i++) {
        result.values[i] += b.values[i];
        if (std::isinf(result.values[i]))
            float_overflow_error();
    }
    return result.array;
}

template <class Element>
Datum accum(FunctionCallInfo fcinfo)
{
    return accumulate<Element>(fcinfo, 1);
}

template <class Element>
Datum accum_weighted(FunctionCallInfo fcinfo)
{
    return accumulate<Element>(fcinfo, weight_arg(fcinfo, 2));
}

template <class Element>
Datum avg(FunctionCallInfo fcinfo)
{
    const AvgState state = state_arg(fcinfo, 0, kAverage<Element>);
    // As in SQL, the average of no rows is null. So is that of rows without weight.
    if (state.values[0] == 0)
        PG_RETURN_NULL();
    check_dim(kTypeName<Element>, state.dim);
    Dense<Element> *result = dense_alloc<Element>(state.dim);
    for (int i = 0; i < state.dim; i++) {
        const float mean = static_cast<float>(state.values[i + 1] / state.values[0]);
        result->x[i] = narrow_checked<Element>(mean);
        check_element_finite(result->x[i], i);
    }
    PG_RETURN_POINTER(result);
}

} // namespace

SBERT_DENSE_FUNCTION(accum);
SBERT_DENSE_FUNCTION(accum_weighted);
SBERT_DENSE_FUNCTION(avg);

// The state is the same for both types.
SBERT_FUNCTION(sbert_vector_combine)
{
    PG_RETURN_ARRAYTYPE_P(
        combine(state_arg(fcinfo, 0, "vector_combine"), state_arg(fcinfo, 1, "vector_combine")));
}

} // namespace sbert
