// The centroids are found first, while inserts go on; then the list is locked, its rows are read
// again, and its new chains are written. kGrowLock keeps chains from being replaced and rows from
// being freed all the while.
#include <algorithm>
#include <vector>

#include "encoder/kernels/binary_codes.h"
#include "encoder/kernels/distance.h"
#include "extension/ann/kmeans.h"
#include "extension/boundary.h"
#include "extension/pg.h"

#include "extension/ivf/centroid.h"
#include "extension/ivf/chain.h"
#include "extension/ivf/directory.h"
#include "extension/ivf/free_blocks.h"
#include "extension/ivf/memory.h"
#include "extension/ivf/metapage.h"
#include "extension/ivf/rows.h"
#include "extension/ivf/split.h"
#include "extension/ivf/stop_rule.h"
#include "extension/ivf/training_rows.h"

namespace sbert::ivf {
namespace {

constexpr double kShare = 2.0;     // of the mean list that is wanted
constexpr uint64 kLeastShare = 64; // entries
constexpr uint32 kMostParts = 8;   // that a list is split into
constexpr uint32 kPartsAtOnce = std::max(kMostParts, kFirstLists) + 1;
constexpr uint64 kMostSample = 4096;
constexpr uint64 kChunk = 1024; // rows decoded at a time, at most
// Searches that measure the stop rule in an insert, which must not take long; and the reserve that
// makes up for their small number.
constexpr int kQueriesOfInsert = 96;
constexpr float kErrorsOfInsert = 1;
constexpr uint64 kSeed = 0x5b31;

// A list to be.
struct Part {
    uint32 list, epoch, head, rows;
};

struct Split {
    Relation index;
    WhenFull when_full;
    const Cache *cache;
    Preparation preparation;
    Shape shape;
    ann::Metric metric;
    uint32 list;
    bool first_lists; // of the one list: both copies of every row
    uint32 parts;     // part 0 keeps the list's number
    float *centroids; // (parts, d) rounded
    Chain chain;
    uint32 *first, *second; // (rows) part of each row, kNone: none
    BlockNumber page;       // where the part before ended
    double residual2;       // of all rows to their first part
    uint64 live;
    char *record; // scratch
    float *x, *scratch;
    uint8 *codes, *code;
};

Size memory(Size most) { return std::min<Size>(most, Size{1024} * maintenance_work_mem / 4); }

double mean_wanted(uint64 rows)
{
    const auto n = static_cast<double>(std::max<uint64>(rows, 1));
    return 2 * n / static_cast<double>(ann::lists_for(n));
}

uint32 parts_for(uint64 entries, uint64 rows)
{
    const double parts = static_cast<double>(entries) / std::max(mean_wanted(rows), 32.0);
    return std::clamp(static_cast<uint32>(parts + 0.5), 2u, kMostParts);
}

bool read_row(const Split *split, uint32 row, float *x, ItemPointer tid = nullptr)
{
    return rows_read(split->index, &split->preparation, split->shape, row, split->record, x, tid);
}

// Some of the rows that k-means may see, evenly spread. Returns how many.
Size decode_sample(Split *split, float **sample)
{
    const Size d = split->shape.d;
    const Size space = memory(kMostSample * d * sizeof(float)) / (d * sizeof(float));
    const uint64 wanted = std::min<uint64>(split->chain.n_rows, std::max<Size>(space, 64));
    *sample = allocate<float>((wanted + 1) * d);
    Size n = 0;
    for (uint64 i = 0; i < wanted; i++) {
        CHECK_FOR_INTERRUPTS();
        const uint32 row = split->chain.rows[i * split->chain.n_rows / wanted];
        ItemPointerData tid;
        const float *x = *sample + n * d;
        if (read_row(split, row, *sample + n * d, &tid))
            n += !is_held_out(&tid) && can_train(kernels::inner_product(x, x, d));
    }
    return n;
}

// Centroids of up to `parts` parts from number `from` on. Returns how many.
uint32 train_parts(Split *split, uint32 parts, uint32 from)
{
    const Size d = split->shape.d;
    float *sample;
    const Size rows = decode_sample(split, &sample);
    float *out = split->centroids + from * d;
    uint32 found = 0;
    const Size limit = memory(Size{1} << 30);
    if (rows > 1)
        run_cpp([&] {
            const std::vector<float> trained =
                ann::kmeans({sample, rows, d, parts, kSeed, limit}, stop_flag());
            found = static_cast<uint32>(std::min<size_t>(trained.size() / d, parts));
            std::copy_n(trained.data(), found * d, out);
        });
    pfree(sample);
    for (uint32 i = 0; i < found; i++)
        round_centroid(split->shape.d, out + i * d);
    return found;
}

// The parts' centroids. An entry that spans pages keeps its own: it could not be replaced in one
// record. False when there are no two different ones.
bool make_parts(Split *split, uint32 parts)
{
    const Size d = split->shape.d;
    const uint32 kept = split->shape.entry.span > 1 ? 1 : 0;
    split->centroids = allocate<float>((parts + kept) * d);
    if (kept > 0)
        directory_entry(split->index, split->cache, split->list, split->centroids);
    const uint32 found = train_parts(split, parts, kept);
    split->parts = found + kept;
    return found > 1;
}

// Both parts of each of `n` decoded rows.
void assign_both(const Split *split, const float *x, Size n, uint32 *first, uint32 *second)
{
    const Size d = split->shape.d;
    const float *centroids = split->centroids;
    const uint32 parts = split->parts;
    run_cpp([&] {
        ann::Assigner assigner(centroids, parts, d, stop_flag());
        assigner.assign(x, n, first, second);
    });
}

// A chunk of rows from number `at` on. Returns how many of them.
uint64 assign_chunk(Split *split, uint64 at, float *x, uint64 most)
{
    const Size d = split->shape.d;
    const uint64 n = std::min(most, split->chain.n_rows - at);
    auto *number = allocate<uint32>(n);
    auto *both = allocate<uint32>(2 * n);
    Size live = 0;
    for (uint64 i = 0; i < n; i++) {
        CHECK_FOR_INTERRUPTS();
        split->first[at + i] = split->second[at + i] = kNone;
        if (read_row(split, split->chain.rows[at + i], x + live * d))
            number[live++] = static_cast<uint32>(i);
    }
    if (live > 0)
        assign_both(split, x, live, both, both + n);
    for (Size i = 0; i < live; i++) {
        split->first[at + number[i]] = both[i];
        if (split->first_lists)
            split->second[at + number[i]] = both[n + i];
        split->residual2 += kernels::l2_squared(x + i * d, split->centroids + both[i] * d, d);
    }
    split->live += live;
    pfree(number);
    pfree(both);
    return n;
}

void assign_rows(Split *split)
{
    const Size d = split->shape.d;
    const uint64 n = split->chain.n_rows;
    const Size space = memory(kChunk * d * sizeof(float)) / (d * sizeof(float));
    const uint64 most = std::max<uint64>(space, 16);
    auto *x = allocate<float>(most * d);
    for (uint32 **parts : {&split->first, &split->second})
        *parts = allocate<uint32>((n + 1));
    for (uint64 at = 0; at < n;)
        at += assign_chunk(split, at, x, most);
    pfree(x);
}

// Where a part begins: on the page where the one before ended, if it fits there. So
// parts that are small share pages, and others can grow.
BlockNumber page_for(const Split *split, uint32 part)
{
    if (split->page == InvalidBlockNumber)
        return InvalidBlockNumber;
    uint64 rows = 0;
    for (uint64 i = 0; i < split->chain.n_rows; i++)
        rows += split->first[i] == part || split->second[i] == part;
    const PageView view = page_read(split->index, MAIN_FORKNUM, split->page, kPageList, nullptr);
    const uint64 space = free_count(view.page, split->shape) * kBlockSlots;
    page_done(view);
    return rows <= space ? split->page : InvalidBlockNumber;
}

// The chain of one part. False: the disk is full.
bool write_part(Split *split, uint32 number, Part *part)
{
    const float *centroid = split->centroids + Size{number} * split->shape.d;
    ChainWriter writer;
    writer_start(&writer, split->index, &split->shape, part->list, part->epoch,
                 page_for(split, number), split->when_full);
    for (uint64 i = 0; i < split->chain.n_rows; i++) {
        if (split->first[i] != number && split->second[i] != number)
            continue;
        CHECK_FOR_INTERRUPTS();
        const uint32 row = split->chain.rows[i];
        if (read_row(split, row, split->x))
            writer_add(&writer,
                       code_row(split->metric, split->shape.d, split->x, centroid, split->scratch,
                                split->codes, split->code),
                       row, split->code);
    }
    const bool whole = writer_finish(&writer);
    split->page = writer.page;
    part->rows = writer.rows;
    part->head = writer.head;
    return whole;
}

// The chains of all parts. False: the disk is full, and what was written is freed.
bool write_parts(Split *split, ListEntry entry, Part *parts)
{
    bool whole = true;
    uint32 n = 0;
    for (; whole && n < split->parts; n++) {
        parts[n] = {n == 0 ? split->list : split->cache->lists + n - 1,
                    n == 0 ? entry.epoch + 1 : 1, kNone, 0};
        whole = write_part(split, n, &parts[n]);
    }
    for (uint32 i = 0; !whole && i < n; i++)
        chain_discard(split->index, split->shape, parts[i].list, parts[i].head, parts[i].epoch);
    return whole;
}

// REQUIRES an Exclusive lock of the list.
void replace_list(Split *split, const Part *parts)
{
    const uint32 lists = split->cache->lists;
    ListChange change = {};
    change.list = split->list;
    change.lists = lists + split->parts - 1;
    change.directory_last = InvalidBlockNumber;
    change.head = parts[0].head;
    change.rows = parts[0].rows;
    if (split->shape.entry.span == 1)
        change.centroid = split->centroids;
    for (uint32 i = 1; i < split->parts; i++)
        change.directory_last =
            directory_add(split->index, split->cache, parts[i].list, parts[i].head, parts[i].epoch,
                          parts[i].rows, split->centroids + Size{i} * split->shape.d);
    if (split->first_lists && split->live > 0)
        change.mean_residual2 =
            static_cast<float>(split->residual2 / static_cast<double>(split->live));
    directory_replace(split->index, split->cache, change);
}

// False: the disk is full.
bool split_list(Split *split)
{
    const uint32 lists = split->cache->lists + split->parts - 1;
    if (!directory_extend(split->index, split->cache, lists, split->when_full))
        return false;
    LockPage(split->index, split->list, ExclusiveLock);
    const ListEntry entry = directory_header(split->index, split->cache, split->list);
    split->chain = chain_read(split->index, split->shape, split->list, entry, true);
    assign_rows(split);
    Part parts[kPartsAtOnce];
    const bool whole = write_parts(split, entry, parts);
    if (whole)
        replace_list(split, parts);
    UnlockPage(split->index, split->list, ExclusiveLock);
    if (whole)
        chain_free(split->index, split->shape, split->chain);
    return whole;
}

SplitOutcome split_in_context(Relation index, uint32 list, uint64 rows, WhenFull when_full)
{
    Split split = {};
    split.index = index;
    const TypeSupport *type = type_support(index);
    split.cache = cache_copy(cache_get(index));
    split.when_full = when_full;
    split.preparation = preparation_of(split.cache, type);
    split.shape = split.cache->shape;
    split.metric = split.cache->metric;
    split.list = list;
    split.page = InvalidBlockNumber;
    split.first_lists = split.cache->lists == 1;
    const ListEntry entry = directory_header(index, split.cache, list);
    split.chain = chain_read(index, split.shape, list, entry, true);
    if (split.chain.n_rows < share_of_list(rows, split.cache->lists))
        return kSplitNone;
    split.record = allocate<char>(split.shape.row.bytes);
    split.x = allocate<float>(split.shape.d);
    split.scratch = allocate<float>(split.shape.d);
    split.codes = allocate_zero<uint8>(kernels::block_code_bytes(split.shape.d));
    split.code = allocate<uint8>(row_code_bytes(split.shape.d));
    if (!make_parts(&split, split.first_lists ? kFirstLists : parts_for(split.chain.n_rows, rows)))
        return kSplitNone;
    return split_list(&split) ? kSplitDone : kSplitDiskFull;
}

// What this backend tried last and could not split. It is not tried again before it has grown by a
// quarter: each time costs as much as a split.
struct FailedSplit {
    Oid index;
    uint32 list, blocks;
};
FailedSplit failed_splits[8];

bool failed_before(const FailedSplit *failed, Relation index, uint32 list, uint32 blocks)
{
    return failed->index == RelationGetRelid(index) && failed->list == list &&
           blocks >= failed->blocks && blocks < failed->blocks + failed->blocks / 4;
}

} // namespace

uint64 share_of_list(uint64 rows, uint32 lists)
{
    if (lists == 1)
        return kTrainedRows;
    return std::max(kLeastShare, static_cast<uint64>(kShare * mean_wanted(rows)));
}

uint64 split_blocks(const Shape &shape, uint64 rows)
{
    return rows / kBlockSlots + kPartsAtOnce * (1 + shape.block.per_page);
}

SplitOutcome split_when_due(Relation index, uint32 list, uint64 rows, WhenFull when_full)
{
    return in_own_context("sbert_ivf split",
                          [&] { return split_in_context(index, list, rows, when_full); });
}

void grow_list(Relation index, uint32 list, uint32 blocks)
{
    const MetaPage meta = read_metapage(index);
    const uint64 rows = rows_now(meta);
    const uint64 share = share_of_list(rows, meta.lists);
    const uint64 entries = uint64{blocks} * kBlockSlots;
    if (entries < share)
        return;
    // A list far beyond its share could not be split: equal rows. It is tried now and then.
    if (entries > 4 * share && pg_prng_uint32(&pg_global_prng_state) % 64 != 0)
        return;
    FailedSplit *failed = &failed_splits[list % lengthof(failed_splits)];
    if (entries <= 4 * share && failed_before(failed, index, list, blocks))
        return;
    if (!ConditionalLockPage(index, kGrowLock, ExclusiveLock))
        return;
    const bool split = split_when_due(index, list, rows, WhenFull::kFail) == kSplitDone;
    if (!split)
        *failed = {RelationGetRelid(index), list, blocks};
    const bool trained = split && meta.lists == 1;
    if (trained || rows >= 2 * std::max(meta.measured_rows, kTrainedRows))
        rule_renew(index, rows, kQueriesOfInsert, kErrorsOfInsert);
    UnlockPage(index, kGrowLock, ExclusiveLock);
}

} // namespace sbert::ivf
