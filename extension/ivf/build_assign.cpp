#include <algorithm>

#include "encoder/kernels/binary_codes.h"
#include "encoder/kernels/distance.h"
#include "extension/ann/assigner.h"
#include "extension/pg.h"

#include "extension/adopt.h"
#include "extension/ivf/build_assign.h"
#include "extension/ivf/memory.h"
#include "extension/ivf/row_codes.h"

namespace sbert::ivf {
namespace {

constexpr Size kBlockBytes = Size{4} << 20; // of gathered vectors, at most

struct Part {
    const Build *build;
    ann::Assigner *assigner;
    RecordSort *sort;
    MemoryContext per_row;
    // The block.
    Size n, capacity;
    float *given;           // (capacity, d) with 32 bits, else (d): scratch
    float *x, *norm2;       // (capacity, d), (capacity)
    ItemPointerData *tids;  // (capacity)
    uint32 *first, *second; // (capacity)
    // Scratch of one row.
    float *residual;
    uint8 *codes; // of a block of the index: only slot 0 is used
    double index_rows, residual2;
    bool progress;
};

Size block_rows(uint32 d)
{
    const Size most = kBlockBytes / (d * sizeof(float));
    return std::clamp<Size>(most, 1, ann::Assigner::kBlock);
}

// The row's code in a list, with its factors; the residual stays in part->residual.
ann::RowFactors code_in(Part *part, const float *x, uint32 list, uint8 *code)
{
    const Build *build = part->build;
    return code_row(build->preparation.type->metric, build->shape.d, x,
                    build->centroids + Size{list} * build->shape.d, part->residual, part->codes,
                    code);
}

float *given_of(const Part *part, Size i)
{
    const Shape &shape = part->build->shape;
    return part->given + (shape.rerank_bits == 32 ? i * shape.d : 0);
}

void put_row(Part *part, Size i)
{
    const Shape *shape = &part->build->shape;
    const float *x = part->x + i * shape->d;
    char *record = record_sort_scratch(part->sort);
    auto *code = reinterpret_cast<uint8 *>(record + sizeof(CodedRow));
    const Size code_bytes = row_code_bytes(shape->d);

    CodedRow row = {};
    row.second = part->second[i];
    row.first_factors = code_in(part, x, part->first[i], code);
    part->residual2 += kernels::inner_product(part->residual, part->residual, shape->d);
    if (row.second != part->first[i])
        row.second_factors = code_in(part, x, row.second, code + code_bytes);
    memcpy(record, &row, sizeof(row));
    fill_row(shape, given_of(part, i), x, part->norm2[i], &part->tids[i],
             reinterpret_cast<char *>(code + 2 * code_bytes));
    record_sort_put(part->sort, part->first[i]);
}

void put_block(Part *part)
{
    if (part->n == 0)
        return;
    run_cpp([&] { part->assigner->assign(part->x, part->n, part->first, part->second); });
    for (Size i = 0; i < part->n; i++)
        put_row(part, i);
    part->index_rows += static_cast<double>(part->n);
    part->n = 0;
    if (part->progress)
        pgstat_progress_update_param(PROGRESS_CREATEIDX_TUPLES_DONE,
                                     static_cast<int64>(part->index_rows));
}

extern "C" void take_row(Relation, ItemPointer tid, Datum *values, bool *isnull, bool, void *state)
{
    auto *part = static_cast<Part *>(state);
    if (isnull[0])
        return;
    const MemoryContext before = MemoryContextSwitchTo(part->per_row);
    const Preparation *preparation = &part->build->preparation;
    float *given = given_of(part, part->n);
    read_given(preparation, values[0], given);
    if (prepare_row(preparation, given, part->x + part->n * preparation->d, &part->norm2[part->n]))
        part->tids[part->n++] = *tid;
    MemoryContextSwitchTo(before);
    MemoryContextReset(part->per_row);
    if (part->n == part->capacity)
        put_block(part);
}

void make_part(const Build *build, RecordSort *sort, Part *part)
{
    const Shape *shape = &build->shape;
    part->build = build;
    part->sort = sort;
    part->capacity = block_rows(shape->d);
    part->given = allocate<float>((shape->rerank_bits == 32 ? part->capacity : 1) * shape->d);
    part->x = allocate<float>(part->capacity * shape->d);
    part->norm2 = allocate<float>(part->capacity);
    part->tids = allocate<ItemPointerData>(part->capacity);
    part->first = allocate<uint32>(part->capacity);
    part->second = allocate<uint32>(part->capacity);
    part->residual = allocate<float>(shape->d);
    part->codes = allocate_zero<uint8>(kernels::block_code_bytes(shape->d));
    part->per_row =
        AllocSetContextCreate(CurrentMemoryContext, "sbert_ivf row", ALLOCSET_DEFAULT_SIZES);
    const encoder::StopFlag stop = stop_flag();
    part->assigner = adopt<ann::Assigner>(CurrentMemoryContext, [&] {
        return new ann::Assigner(build->centroids, build->lists, shape->d, stop);
    });
}

} // namespace

Share assign_rows(const Build *build, TableScanDesc scan, RecordSort *sort, bool progress)
{
    return in_own_context("sbert_ivf assign", [&]() -> Share {
        Part part = {};
        make_part(build, sort, &part);
        part.progress = progress;
        const double heap_rows = table_index_build_scan(build->heap, build->index, build->info,
                                                        true, progress, take_row, &part, scan);
        put_block(&part);
        return {heap_rows, part.index_rows, part.residual2};
    });
}

Size assign_bytes(uint32 lists, uint32 d)
{
    return ann::Assigner::bytes_for(lists, d) + Size{lists} * d * sizeof(float) +
           2 * block_rows(d) * d * sizeof(float);
}

} // namespace sbert::ivf
