// sparsevec(n) in memory and on disk, and the functions that its files need to handle it. The
// arithmetic of distances is in encoder/kernels/sparse_distance.h.
//
// Layout, limits, messages and SQLSTATEs are those of pgvector 0.8
// (https://github.com/pgvector/pgvector). Indices count from 1 in text, as in SQL, and from 0 in
// memory and on the wire.
#pragma once

#include <cstddef>
#include <cstdint>

#include "encoder/kernels/sparse_distance.h"
#include "extension/types/dense.h"

namespace sbert {

inline constexpr int kSparseMaxDim = 1000000000;
inline constexpr int kSparseMaxCount = 16000;

// A varlena of 16 + 8 * nnz bytes, 4-byte aligned: `nnz` indices in ascending order, each in
// 0 ... dim - 1, then as many values. Every value is finite and not zero.
struct SparseVector {
    int32 vl_len_; // varlena header: SET_VARSIZE and VARSIZE only
    int32 dim;     // 1 ... kSparseMaxDim
    int32 nnz;     // 0 ... kSparseMaxCount, at most dim
    int32 unused;  // zero, as on the wire
    int32 indices[FLEXIBLE_ARRAY_MEMBER];
};
static_assert(offsetof(SparseVector, dim) == 4 && offsetof(SparseVector, indices) == 16);

template <>
inline constexpr const char *kTypeName<SparseVector> = "sparsevec";

inline float *sparse_values(SparseVector *v)
{
    return reinterpret_cast<float *>(v->indices + v->nnz);
}
inline const float *sparse_values(const SparseVector *v)
{
    return reinterpret_cast<const float *>(v->indices + v->nnz);
}

inline kernels::SparseRow sparse_row(const SparseVector *v)
{
    return {v->indices, sparse_values(v), static_cast<size_t>(v->nnz)};
}

// A new value in the current memory context, with indices and values of zero. REQUIRES checked
// numbers.
inline SparseVector *sparse_alloc(int dim, int nnz)
{
    Assert(dim >= 1 && dim <= kSparseMaxDim && nnz >= 0 && nnz <= kSparseMaxCount);
    Size bytes =
        offsetof(SparseVector, indices) + (sizeof(int32) + sizeof(float)) * static_cast<Size>(nnz);
    SparseVector *result = static_cast<SparseVector *>(palloc0(bytes));
    SET_VARSIZE(result, bytes);
    result->dim = dim;
    result->nnz = nnz;
    return result;
}

// Each function raises an error or returns. Positions in messages count from 1, as in text.
void check_sparse_count(int64 nnz, int dim);
void check_same_dims(const SparseVector *a, const SparseVector *b);
// Checks that the index at `i` is within the dimensions and larger than the one before it.
void check_sparse_index(const SparseVector *v, int i);
void check_sparse_value(float value, int index);

} // namespace sbert

// Defines the three SQL functions of one template: sbert_vector_NAME, sbert_halfvec_NAME and
// sbert_sparsevec_NAME call NAME<Value>(fcinfo).
#define SBERT_VECTOR_FUNCTION(name)                                                                \
    SBERT_FUNCTION(sbert_vector_##name) { return name<sbert::Vector>(fcinfo); }                    \
    SBERT_FUNCTION(sbert_halfvec_##name) { return name<sbert::HalfVector>(fcinfo); }               \
    SBERT_FUNCTION(sbert_sparsevec_##name) { return name<sbert::SparseVector>(fcinfo); }           \
    static_assert(true)
