// sum(sparsevec) and avg(sparsevec), which pgvector does not have
// (https://github.com/tensorchord/pgvecto.rs/issues/475). The state is a hash table of the indices
// seen. A sum has many more elements than a row, and with the hash table the cost of adding a row
// depends on the row's elements alone.
//
// Like every aggregate of PostgreSQL that collects its rows, this is not bounded by work_mem. It
// takes 40 bytes for each index seen.
#include <algorithm>
#include <cmath>

#include "extension/aggregate.h"
#include "extension/types/sparse.h"

namespace sbert {
namespace {

struct IndexSum {
    int32 index; // the key
    double sum;
};

struct SparseSums {
    int32 dim;
    int64 rows;
    HTAB *sums; // of IndexSum
};

SparseSums *sums_create(MemoryContext context, int32 dim)
{
    auto *state = static_cast<SparseSums *>(MemoryContextAllocZero(context, sizeof(SparseSums)));
    HASHCTL control = {};
    control.keysize = sizeof(int32);
    control.entrysize = sizeof(IndexSum);
    control.hcxt = context;
    state->dim = dim;
    state->sums =
        hash_create("sparsevec sums", 256, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
    return state;
}

void sums_add(SparseSums *state, int32 index, double value)
{
    bool found;
    auto *entry = static_cast<IndexSum *>(hash_search(state->sums, &index, HASH_ENTER, &found));
    entry->sum = found ? entry->sum + value : value;
}

SparseSums *accumulate(FunctionCallInfo fcinfo)
{
    MemoryContext context = aggregate_context(fcinfo);
    SparseSums *state = state_arg<SparseSums>(fcinfo, 0);
    if (PG_ARGISNULL(1))
        return state;
    const SparseVector *v = value_arg<SparseVector>(fcinfo, 1);
    if (state == nullptr)
        state = sums_create(context, v->dim);
    check_expected_dim(state->dim, v->dim);
    state->rows++;
    for (int i = 0; i < v->nnz; i++)
        sums_add(state, v->indices[i], sparse_values(v)[i]);
    return state;
}

// Adds b's sums to a's, which may not exist yet.
SparseSums *combine(FunctionCallInfo fcinfo)
{
    MemoryContext context = aggregate_context(fcinfo);
    SparseSums *a = state_arg<SparseSums>(fcinfo, 0);
    const SparseSums *b = state_arg<SparseSums>(fcinfo, 1);
    if (b == nullptr)
        return a;
    if (a == nullptr)
        a = sums_create(context, b->dim);
    check_expected_dim(a->dim, b->dim);
    a->rows += b->rows;
    HASH_SEQ_STATUS walk;
    hash_seq_init(&walk, b->sums);
    while (auto *entry = static_cast<IndexSum *>(hash_seq_search(&walk))) {
        CHECK_FOR_INTERRUPTS();
        sums_add(a, entry->index, entry->sum);
    }
    return a;
}

extern "C" int compare_indices(const void *a, const void *b, void *)
{
    const int32 left = static_cast<const IndexSum *>(a)->index;
    const int32 right = static_cast<const IndexSum *>(b)->index;
    return (left > right) - (left < right);
}

// The sums in the order of their indices, in the current context. *count returns their number.
IndexSum *sorted_sums(const SparseSums *state, int64 *count)
{
    *count = hash_get_num_entries(state->sums);
    auto *sums = static_cast<IndexSum *>(
        MemoryContextAllocHuge(CurrentMemoryContext, sizeof(IndexSum) * std::max<Size>(*count, 1)));
    HASH_SEQ_STATUS walk;
    hash_seq_init(&walk, state->sums);
    int64 n = 0;
    while (auto *entry = static_cast<IndexSum *>(hash_seq_search(&walk))) {
        CHECK_FOR_INTERRUPTS();
        sums[n++] = *entry;
    }
    qsort_interruptible(sums, static_cast<Size>(n), sizeof(IndexSum), compare_indices, nullptr);
    return sums;
}

// The sums divided by `divisor`, without those that are zero.
SparseVector *result_of(const SparseSums *state, double divisor)
{
    int64 all;
    IndexSum *sums = sorted_sums(state, &all);
    IndexSum *end = std::remove_if(sums, sums + all, [divisor](const IndexSum &entry) {
        return static_cast<float>(entry.sum / divisor) == 0;
    });
    check_sparse_count(end - sums, state->dim);
    SparseVector *result = sparse_alloc(state->dim, static_cast<int>(end - sums));
    for (int i = 0; i < result->nnz; i++) {
        const float value = static_cast<float>(sums[i].sum / divisor);
        if (std::isinf(value))
            float_overflow_error();
        result->indices[i] = sums[i].index;
        sparse_values(result)[i] = value;
    }
    pfree(sums);
    return result;
}

// The serialized form is int32 dim, int64 rows, and then pairs of (int32 index, float8 sum).
bytea *serialize(const SparseSums *state)
{
    StringInfoData message;
    pq_begintypsend(&message);
    pq_sendint32(&message, static_cast<uint32>(state->dim));
    pq_sendint64(&message, static_cast<uint64>(state->rows));
    HASH_SEQ_STATUS walk;
    hash_seq_init(&walk, state->sums);
    while (auto *entry = static_cast<IndexSum *>(hash_seq_search(&walk))) {
        pq_sendint32(&message, static_cast<uint32>(entry->index));
        pq_sendfloat8(&message, entry->sum);
    }
    return pq_endtypsend(&message);
}

SparseSums *deserialize(MemoryContext context, bytea *bytes)
{
    StringInfoData message = message_of(bytes);
    SparseSums *state =
        sums_create(context, static_cast<int32>(pq_getmsgint(&message, sizeof(int32))));
    state->rows = pq_getmsgint64(&message);
    while (message.cursor < message.len) {
        const int32 index = static_cast<int32>(pq_getmsgint(&message, sizeof(int32)));
        sums_add(state, index, pq_getmsgfloat8(&message));
    }
    return state;
}

} // namespace

SBERT_FUNCTION(sbert_sparsevec_accum) { return state_result(fcinfo, accumulate(fcinfo)); }

SBERT_FUNCTION(sbert_sparsevec_combine) { return state_result(fcinfo, combine(fcinfo)); }

SBERT_FUNCTION(sbert_sparsevec_serialize)
{
    aggregate_context(fcinfo);
    PG_RETURN_BYTEA_P(serialize(state_arg<SparseSums>(fcinfo, 0)));
}

SBERT_FUNCTION(sbert_sparsevec_deserialize)
{
    MemoryContext context = aggregate_context(fcinfo);
    PG_RETURN_POINTER(deserialize(context, PG_GETARG_BYTEA_PP(0)));
}

SBERT_FUNCTION(sbert_sparsevec_sum)
{
    aggregate_context(fcinfo);
    const SparseSums *state = state_arg<SparseSums>(fcinfo, 0);
    if (state == nullptr)
        PG_RETURN_NULL();
    PG_RETURN_POINTER(result_of(state, 1));
}

SBERT_FUNCTION(sbert_sparsevec_avg)
{
    aggregate_context(fcinfo);
    const SparseSums *state = state_arg<SparseSums>(fcinfo, 0);
    if (state == nullptr)
        PG_RETURN_NULL();
    PG_RETURN_POINTER(result_of(state, static_cast<double>(state->rows)));
}

} // namespace sbert
