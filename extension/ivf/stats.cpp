// sbert.index_stats(): what an index consists of, by one pass over its pages.
#include <algorithm>
#include <cmath>

#include "encoder/kernels/distance.h"
#include "extension/pg.h"

#include "extension/ivf/chain.h"
#include "extension/ivf/choose.h"
#include "extension/ivf/directory.h"
#include "extension/ivf/free_blocks.h"
#include "extension/ivf/inspect.h"
#include "extension/ivf/memory.h"
#include "extension/ivf/metapage.h"
#include "extension/ivf/rows.h"

namespace sbert::ivf {
namespace {

constexpr uint64 kDriftRows = 500; // that the drift is estimated by

struct Stats {
    int64 rows, dead_rows, lists, empty_lists;
    int64 longest, entries, slots; // of lists
    double skew;
    int64 list_bytes, row_bytes, directory_bytes, other_bytes;
    int64 free_blocks;
    double drift;      // NaN: not trained
    uint32 *some_rows; // (kDriftRows) live ones, any
    uint64 n_some;
};

// A sample of all live rows, every one with the same chance.         (Vitter 1985, algorithm R)
void maybe_keep(Stats *stats, pg_prng_state *random, uint32 row)
{
    const auto n = static_cast<uint64>(stats->rows++);
    if (n < kDriftRows)
        stats->some_rows[stats->n_some++] = row;
    else if (const uint64 at = pg_prng_uint64_range(random, 0, n); at < kDriftRows)
        stats->some_rows[at] = row;
}

void count_rows(Stats *stats, pg_prng_state *random, const Shape &shape, Page page,
                BlockNumber blkno)
{
    for (uint32 i = 0; i < shape.row.per_page; i++) {
        const uint32 id = blkno * shape.row.per_page + i;
        const Row *row = row_at(page, shape, id);
        if (row->state == kRowLive)
            maybe_keep(stats, random, id);
        stats->dead_rows += row->state == kRowDead;
    }
}

void count_pages(Relation index, const Shape &shape, Stats *stats)
{
    pg_prng_state random;
    pg_prng_seed(&random, 1);
    const BlockNumber end = RelationGetNumberOfBlocks(index);
    for (BlockNumber blkno = 0; blkno < end; blkno++) {
        CHECK_FOR_INTERRUPTS();
        const PageView view = page_read(index, MAIN_FORKNUM, blkno, 0, nullptr);
        const uint16 kind = PageIsNew(view.page) ? 0 : page_trailer(view.page)->kind;
        if (holds_records(view.page, kPageRow))
            count_rows(stats, &random, shape, view.page, blkno);
        if (holds_records(view.page, kPageList))
            stats->free_blocks += free_count(view.page, shape);
        page_done(view);
        int64 *bytes = kind == kPageRow         ? &stats->row_bytes
                       : kind == kPageList      ? &stats->list_bytes
                       : kind == kPageDirectory ? &stats->directory_bytes
                                                : &stats->other_bytes;
        *bytes += BLCKSZ;
    }
}

// A list may be replaced while its chain is followed: then the count is of what was seen.
void count_list(Relation index, const Shape &shape, uint32 list, ListEntry entry, Stats *stats,
                double *squares)
{
    int64 rows = 0;
    const uint64 most = uint64{RelationGetNumberOfBlocks(index)} * shape.block.per_page;
    uint64 blocks = 0;
    for (uint32 id = entry.head; id != kNone;) {
        CHECK_FOR_INTERRUPTS();
        if (blocks++ > most) // it comes back to itself
            report_chain(index, list, id);
        const PageView view =
            page_read(index, MAIN_FORKNUM, block_page(shape, id), kPageList, nullptr);
        const ListBlock *block = block_at(view.page, shape, id);
        const bool same = block->list == list && block->epoch == entry.epoch;
        rows += same ? pg_popcount32(block->used) : 0;
        stats->slots += same ? static_cast<int64>(kBlockSlots) : 0;
        id = same ? block->next : kNone;
        page_done(view);
    }
    stats->entries += rows;
    stats->empty_lists += rows == 0;
    stats->longest = std::max(stats->longest, rows);
    *squares += static_cast<double>(rows) * static_cast<double>(rows);
}

void count_lists(Relation index, Stats *stats)
{
    double squares = 0;
    const uint32 lists = cache_get(index)->lists;
    for (uint32 list = 0; list < lists; list++) {
        const Cache *cache = cache_get(index);
        count_list(index, cache->shape, list, directory_header(index, cache, list), stats,
                   &squares);
    }
    stats->lists = lists;
    const auto entries = static_cast<double>(stats->entries);
    stats->skew = entries > 0 ? squares * lists / (entries * entries) : 1;
}

// Mean |x - c|^2 now over that of the training.
void measure_drift(Relation index, Stats *stats)
{
    const MetaPage meta = read_metapage(index);
    stats->drift = std::nan("");
    if (meta.lists < 2 || stats->n_some == 0 || !(meta.mean_residual2 > 0))
        return;
    const TypeSupport *type = type_support(index);
    const Preparation preparation = preparation_of(cache_copy(cache_get(index)), type);
    const Shape shape = cache_get(index)->shape;
    auto *record = allocate<char>(shape.row.bytes);
    auto *x = allocate<float>(shape.d);
    Choice choice;
    choice_start(&choice, shape.d);
    double sum = 0;
    uint64 n = 0;
    for (uint64 i = 0; i < stats->n_some; i++) {
        CHECK_FOR_INTERRUPTS();
        if (!rows_read(index, &preparation, shape, stats->some_rows[i], record, x))
            continue;
        choose_lists(cache_get(index), x, &choice);
        sum += kernels::l2_squared(x, choice.centroid[0], shape.d);
        n++;
    }
    if (n > 0)
        stats->drift = sum / static_cast<double>(n) / static_cast<double>(meta.mean_residual2);
}

Datum as_record(FunctionCallInfo fcinfo, const Stats &stats, const MetaPage &meta)
{
    const double fill =
        stats.slots > 0 ? static_cast<double>(stats.entries) / static_cast<double>(stats.slots) : 1;
    const double target = meta.target_recall_millis / 1000.0;
    const auto rows = static_cast<double>(std::max<int64>(stats.rows, 1));
    const int64 bytes =
        stats.list_bytes + stats.row_bytes + stats.directory_bytes + stats.other_bytes;
    Datum values[] = {
        Int64GetDatum(stats.rows),
        Int64GetDatum(stats.dead_rows),
        Int64GetDatum(stats.lists),
        Int64GetDatum(stats.empty_lists),
        Int64GetDatum(stats.longest),
        Float8GetDatum(stats.skew),
        Float8GetDatum(fill),
        Int64GetDatum(bytes),
        Float8GetDatum(static_cast<double>(bytes) / rows),
        Int64GetDatum(stats.list_bytes),
        Int64GetDatum(stats.row_bytes),
        Int64GetDatum(stats.directory_bytes),
        Int64GetDatum(stats.free_blocks),
        Float8GetDatum(stats.drift),
        Float8GetDatum(target),
        Float8GetDatum(ann::expected_probes(meta.rule, 10, static_cast<float>(target))),
        Int64GetDatum(static_cast<int64>(meta.measured_rows)),
        Int64GetDatum(meta.generation),
    };
    bool nulls[lengthof(values)] = {};
    nulls[13] = std::isnan(stats.drift);
    return result_row(fcinfo, values, nulls);
}

} // namespace

SBERT_FUNCTION(sbert_index_stats)
{
    const Inspected inspected = inspect_open(PG_GETARG_OID(0), AccessShareLock);
    Stats stats = {};
    stats.some_rows = allocate<uint32>(kDriftRows);
    count_pages(inspected.index, cache_get(inspected.index)->shape, &stats);
    count_lists(inspected.index, &stats);
    measure_drift(inspected.index, &stats);
    const Datum result = as_record(fcinfo, stats, read_metapage(inspected.index));
    inspect_close(inspected);
    PG_RETURN_DATUM(result);
}

} // namespace sbert::ivf
