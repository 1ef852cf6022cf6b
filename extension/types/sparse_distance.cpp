// Distances between two sparse vectors, and the length of one. The sums are in
// encoder/kernels/sparse_distance.h.
#include <cmath>
#include <cstring>

#include "encoder/kernels/sparse_distance.h"
#include "extension/pg.h"
#include "extension/types/row_ahead.h"
#include "extension/types/sparse.h"

namespace sbert {
namespace {

using Sum = float (*)(kernels::SparseRow, kernels::SparseRow) noexcept;

struct SparsePair {
    kernels::SparseRow a;
    kernels::SparseRow b;
};

SparsePair sparse_pair_args(FunctionCallInfo fcinfo)
{
    const SparseVector *a = sparse_arg(fcinfo, 0);
    const SparseVector *b = sparse_arg(fcinfo, 1);
    check_same_dims(a, b);
    fetch_next_rows(fcinfo);
    return {sparse_row(a), sparse_row(b)};
}

double sum_of(FunctionCallInfo fcinfo, Sum sum)
{
    const SparsePair p = sparse_pair_args(fcinfo);
    return sum(p.a, p.b);
}

double sparse_length(const SparseVector *v)
{
    double sum = 0;
    for (int i = 0; i < v->nnz; i++)
        sum += static_cast<double>(sparse_values(v)[i]) * sparse_values(v)[i];
    return std::sqrt(sum);
}

// Scales v to length one. If v has no elements, neither has the result. Elements that become zero
// are left out.
SparseVector *sparse_normalize(const SparseVector *v)
{
    const double length = sparse_length(v);
    SparseVector *whole = sparse_alloc(v->dim, v->nnz);
    int count = 0;
    for (int i = 0; i < v->nnz; i++) {
        const float value = static_cast<float>(sparse_values(v)[i] / length);
        if (value == 0)
            continue;
        whole->indices[count] = v->indices[i];
        sparse_values(whole)[count++] = value;
    }
    if (count == v->nnz)
        return whole;
    SparseVector *result = sparse_alloc(v->dim, count);
    memcpy(result->indices, whole->indices, sizeof(int32) * static_cast<size_t>(count));
    memcpy(sparse_values(result), sparse_values(whole), sizeof(float) * static_cast<size_t>(count));
    return result;
}

} // namespace
} // namespace sbert

extern "C" {

SBERT_FUNCTION(sbert_sparsevec_l2_distance);
Datum sbert_sparsevec_l2_distance(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(std::sqrt(sbert::sum_of(fcinfo, sbert::kernels::l2_squared)));
}

SBERT_FUNCTION(sbert_sparsevec_l2_squared_distance);
Datum sbert_sparsevec_l2_squared_distance(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(sbert::sum_of(fcinfo, sbert::kernels::l2_squared));
}

SBERT_FUNCTION(sbert_sparsevec_inner_product);
Datum sbert_sparsevec_inner_product(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(sbert::sum_of(fcinfo, sbert::kernels::inner_product));
}

SBERT_FUNCTION(sbert_sparsevec_negative_inner_product);
Datum sbert_sparsevec_negative_inner_product(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(-sbert::sum_of(fcinfo, sbert::kernels::inner_product));
}

SBERT_FUNCTION(sbert_sparsevec_cosine_distance);
Datum sbert_sparsevec_cosine_distance(PG_FUNCTION_ARGS)
{
    const sbert::SparsePair p = sbert::sparse_pair_args(fcinfo);
    PG_RETURN_FLOAT8(1.0 - sbert::kernels::cosine(p.a, p.b));
}

SBERT_FUNCTION(sbert_sparsevec_l1_distance);
Datum sbert_sparsevec_l1_distance(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(sbert::sum_of(fcinfo, sbert::kernels::l1));
}

SBERT_FUNCTION(sbert_sparsevec_norm);
Datum sbert_sparsevec_norm(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(sbert::sparse_length(sbert::sparse_arg(fcinfo, 0)));
}

SBERT_FUNCTION(sbert_sparsevec_l2_normalize);
Datum sbert_sparsevec_l2_normalize(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(sbert::sparse_normalize(sbert::sparse_arg(fcinfo, 0)));
}

} // extern "C"
