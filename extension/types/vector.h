// vector(n): the type in memory and on disk, and what every file of this folder needs to handle it.
// Not the distances: those are encoder/kernels/distance.h.
//
// Layout, limits, messages and SQLSTATEs are pgvector's (https://github.com/pgvector/pgvector,
// 0.8), so that its clients and dumps work unchanged. Where pgvector names no value, we add it as
// the error's detail.
#pragma once

#include <cstddef>
#include <cstdint>

#include "extension/pg.h"

namespace sbert {

inline constexpr int kVectorMaxDim = 16000;

// A varlena of 8 + 4 * dim bytes, 4-byte aligned. Every element is finite.
struct Vector {
    int32 vl_len_; // varlena header: SET_VARSIZE and VARSIZE only
    int16 dim;     // 1 ... kVectorMaxDim
    int16 unused;  // zero, as on the wire
    float x[FLEXIBLE_ARRAY_MEMBER];
};
static_assert(offsetof(Vector, dim) == 4 && offsetof(Vector, unused) == 6 &&
              offsetof(Vector, x) == 8);

// A new vector of `dim` zeros in the current memory context. REQUIRES a checked dim.
inline Vector *vector_alloc(int dim)
{
    Assert(dim >= 1 && dim <= kVectorMaxDim);
    Size bytes = offsetof(Vector, x) + sizeof(float) * static_cast<Size>(dim);
    Vector *result = static_cast<Vector *>(palloc0(bytes));
    SET_VARSIZE(result, bytes);
    result->dim = static_cast<int16>(dim);
    return result;
}

// Argument `n` of an SQL function, detoasted: the stored bytes themselves or a copy in the current
// context.
inline Vector *vector_arg(FunctionCallInfo fcinfo, int n)
{
    return reinterpret_cast<Vector *>(PG_DETOAST_DATUM(PG_GETARG_DATUM(n)));
}

// Each raises an error or returns. `typmod` is the n of vector(n), -1 where none was given.
void check_dim(int dim);
void check_expected_dim(int32 typmod, int dim);
void check_same_dims(const Vector *a, const Vector *b);
void check_elements_finite(const Vector *v);
// For the element at `index` (from 0) before it lies in a vector.
void check_element_finite(float value, int index);

// <0, 0, >0: by the first element that differs, else the shorter first, as PostgreSQL orders
// arrays.
int vector_compare(const Vector *a, const Vector *b);

} // namespace sbert
