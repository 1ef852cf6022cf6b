// First blocks are freed, then others are taken. VACUUM is what one runs when the disk is full, so
// it ends well without a single new page, and what needs some is left for the next one.
//
// Blocks that belong to no chain are what a crash has left of a replaced chain, old or new. They
// are found by two passes: over all list pages first, then along all chains. A block that was not
// free in the first pass and is in no chain in the second is nobody's: blocks that inserts linked
// meanwhile were free, or on pages that are newer than the first pass.
#include <algorithm>

#include "extension/pg.h"

#include "extension/ivf/chain.h"
#include "extension/ivf/cleanup.h"
#include "extension/ivf/directory.h"
#include "extension/ivf/free_blocks.h"
#include "extension/ivf/id_set.h"
#include "extension/ivf/memory.h"
#include "extension/ivf/metapage.h"
#include "extension/ivf/split.h"
#include "extension/ivf/stop_rule.h"

namespace sbert::ivf {
namespace {

constexpr uint64 kFullEnough = 60; // per cent of a chain's slots: then it is not packed
constexpr int kQueries = 800;      // that the stop rule is measured by
constexpr int kMostSplits = 16;    // of one list in one vacuum

struct Cleanup {
    Relation index;
    BufferAccessStrategy strategy;
    Shape shape;
    IdSet owned, linked; // block ids
    IdSet due;           // lists to be packed or split
    uint32 inspected;    // lists
    bool full;           // the disk
    MemoryContext context;
    // Packing makes its generation old, and it is not loaded again for that: only its list of
    // pages is used, which splits alone change.
    Cache *cache;
};

// First pass.
void find_owned(Cleanup *cleanup)
{
    const Shape &shape = cleanup->shape;
    const BlockNumber end = RelationGetNumberOfBlocks(cleanup->index);
    for (BlockNumber blkno = 1; blkno < end; blkno++) {
        vacuum_delay_point();
        const PageView view = page_read(cleanup->index, MAIN_FORKNUM, blkno, 0, cleanup->strategy);
        const bool blocks = holds_records(view.page, kPageList);
        for (uint32 i = 0; blocks && i < shape.block.per_page; i++) {
            const uint32 id = blkno * shape.block.per_page + i;
            if (block_at(view.page, shape, id)->list != kNone)
                id_set_add(&cleanup->owned, id);
        }
        page_done(view);
    }
}

// The same rows in fewer blocks. REQUIRES an Exclusive lock of the list. False: the disk is full.
bool write_packed(Cleanup *cleanup, uint32 list, ListEntry entry, const Chain &chain)
{
    char *image = allocate<char>(cleanup->shape.block.bytes);
    const auto *block = reinterpret_cast<const ListBlock *>(image);
    ChainWriter writer;
    writer_start(&writer, cleanup->index, &cleanup->shape, list, entry.epoch + 1,
                 InvalidBlockNumber, WhenFull::kGiveUp);
    for (uint64 i = 0; i < chain.n_blocks; i++) {
        CHECK_FOR_INTERRUPTS(); // no pause: the list is locked
        record_read(cleanup->index, cleanup->shape.block, chain.blocks[i], image);
        for (int slot = 0; slot < kBlockSlots; slot++)
            if (is_used(block, slot))
                writer_copy(&writer, block, slot);
    }
    if (!writer_finish(&writer)) {
        chain_discard(cleanup->index, cleanup->shape, list, writer.head, entry.epoch + 1);
        return false;
    }
    ListChange change = {};
    change.list = list;
    change.head = writer.head;
    change.rows = writer.rows;
    change.lists = cleanup->cache->lists;
    change.directory_last = InvalidBlockNumber;
    directory_replace(cleanup->index, cleanup->cache, change);
    return true;
}

// Too many free slots, or blocks scattered over too many pages.
bool worth_packing(const Chain &chain, const Shape &shape)
{
    const uint64 blocks = (chain.n_rows + kBlockSlots - 1) / kBlockSlots;
    const uint64 pages = (blocks + shape.block.per_page - 1) / shape.block.per_page;
    return (chain.n_blocks > std::max<uint64>(blocks, 1) &&
            chain.n_rows * 100 < chain.n_blocks * kBlockSlots * kFullEnough) ||
           chain.n_pages > 2 * pages + 1;
}

// Notes that the disk is full, for those who watch.
void note_full(Cleanup *cleanup)
{
    if (!cleanup->full)
        ereport(DEBUG1,
                (errmsg_internal("index \"%s\": no space left for packing and splitting lists",
                                 RelationGetRelationName(cleanup->index))));
    cleanup->full = true;
}

// Whether a step that takes so many blocks is worth a try.
bool is_worth_trying(const Cleanup *cleanup, uint64 blocks)
{
    return !cleanup->full || free_has(cleanup->index, cleanup->shape, blocks);
}

// False: nothing was done.
bool pack(Cleanup *cleanup, uint32 list)
{
    LockPage(cleanup->index, list, ExclusiveLock);
    const ListEntry entry = directory_header(cleanup->index, cleanup->cache, list);
    const Chain chain = chain_read(cleanup->index, cleanup->shape, list, entry, false);
    const bool still = worth_packing(chain, cleanup->shape);
    const bool done = still && write_packed(cleanup, list, entry, chain);
    UnlockPage(cleanup->index, list, ExclusiveLock);
    if (still && !done)
        note_full(cleanup);
    if (done)
        chain_free(cleanup->index, cleanup->shape, chain);
    return done;
}

// Whether the count in the directory is off by enough to be written.
bool count_is_off(uint32 written, uint64 counted)
{
    const uint64 difference = written > counted ? written - counted : counted - written;
    return difference * 16 > counted || (counted == 0) != (written == 0);
}

void take_cache(Cleanup *cleanup)
{
    const MemoryContext before = MemoryContextSwitchTo(cleanup->context);
    if (cleanup->cache != nullptr)
        pfree(cleanup->cache);
    cleanup->cache = cache_copy(cache_get(cleanup->index));
    MemoryContextSwitchTo(before);
}

void correct_count(Cleanup *cleanup, uint32 list, uint32 written, uint64 counted)
{
    if (count_is_off(written, counted))
        directory_count(cleanup->index, cleanup->cache, list, static_cast<uint32>(counted));
}

// Second pass, at one list: its blocks are noted, and whether it is to be packed or split.
void inspect_list(Cleanup *cleanup, uint32 list, uint64 rows)
{
    const ListEntry entry = directory_header(cleanup->index, cleanup->cache, list);
    const Chain chain = chain_read(cleanup->index, cleanup->shape, list, entry, false);
    for (uint64 i = 0; i < chain.n_blocks; i++)
        id_set_add(&cleanup->linked, chain.blocks[i]);
    if (worth_packing(chain, cleanup->shape) ||
        chain.n_rows >= share_of_list(rows, cleanup->cache->lists))
        id_set_add(&cleanup->due, list);
    else
        correct_count(cleanup, list, entry.rows, chain.n_rows);
}

// Splits a list again and again while it is too long. Returns how often.
int split_often(Cleanup *cleanup, uint32 list, uint64 rows)
{
    int splits = 0;
    SplitOutcome outcome = kSplitDone;
    while (splits < kMostSplits && outcome == kSplitDone) {
        outcome = split_when_due(cleanup->index, list, rows, WhenFull::kGiveUp);
        splits += outcome == kSplitDone;
    }
    if (outcome == kSplitDiskFull)
        note_full(cleanup);
    if (splits > 0)
        take_cache(cleanup);
    return splits;
}

// One list: its chain is packed, or the list split.
void pack_or_split(Cleanup *cleanup, uint32 list, uint64 rows)
{
    const ListEntry entry = directory_header(cleanup->index, cleanup->cache, list);
    const Chain chain = chain_read(cleanup->index, cleanup->shape, list, entry, false);
    bool done = false;
    if (worth_packing(chain, cleanup->shape))
        done = is_worth_trying(cleanup, chain.n_rows / kBlockSlots + 1) && pack(cleanup, list);
    else if (chain.n_rows >= share_of_list(rows, cleanup->cache->lists))
        done = is_worth_trying(cleanup, split_blocks(cleanup->shape, chain.n_rows)) &&
               split_often(cleanup, list, rows) > 0;
    if (!done)
        correct_count(cleanup, list, entry.rows, chain.n_rows);
}

// Calls visit for every list of the directory, up to its end, which may move.
void for_each_list(Cleanup *cleanup, uint64 rows, void (*visit)(Cleanup *, uint32, uint64))
{
    for (uint32 list = 0; list < cleanup->cache->lists; list++) {
        vacuum_delay_point();
        in_own_context("sbert_ivf list", [&] { visit(cleanup, list, rows); });
    }
}

// Those that are due; and those that a split adds, behind all others.
void pack_or_split_if_due(Cleanup *cleanup, uint32 list, uint64 rows)
{
    if (list >= cleanup->inspected || id_set_has(&cleanup->due, list))
        pack_or_split(cleanup, list, rows);
}

// Blocks owned and not linked are freed. Those that the cleanup itself has freed were linked.
void free_orphans(Cleanup *cleanup)
{
    const Size words = cleanup->owned.n_words;
    for (Size word = 0; word < words; word++) {
        uint64 orphans = cleanup->owned.words[word];
        if (word < cleanup->linked.n_words)
            orphans &= ~cleanup->linked.words[word];
        uint32 blocks[64];
        uint64 n = 0;
        for (; orphans != 0; orphans &= orphans - 1)
            blocks[n++] = static_cast<uint32>(word * 64) +
                          static_cast<uint32>(pg_rightmost_one_pos64(orphans));
        if (n > 0)
            free_blocks(cleanup->index, cleanup->shape, blocks, n);
    }
}

// Pages mostly of free blocks that are in no chain.
void put_free_pages(Cleanup *cleanup)
{
    const Shape &shape = cleanup->shape;
    const BlockNumber end = RelationGetNumberOfBlocks(cleanup->index);
    for (BlockNumber blkno = 1; blkno < end; blkno++) {
        vacuum_delay_point();
        const PageView view = page_read(cleanup->index, MAIN_FORKNUM, blkno, 0, cleanup->strategy);
        const bool spare = holds_records(view.page, kPageList) &&
                           page_trailer(view.page)->next == InvalidBlockNumber &&
                           free_count(view.page, shape) > 0;
        page_done(view);
        if (spare)
            free_put_page(cleanup->index, shape, blkno);
    }
}

// A third of the rows, measured by what was there then.
bool rule_is_old(const MetaPage &meta)
{
    const uint64 rows = rows_now(meta), then = meta.measured_rows;
    const uint64 difference = rows > then ? rows - then : then - rows;
    return difference * 3 > then;
}

} // namespace

void cleanup_lists(Relation index, BufferAccessStrategy strategy)
{
    in_own_context("sbert_ivf cleanup", [&] {
        Cleanup cleanup = {};
        cleanup.index = index;
        cleanup.strategy = strategy;
        cleanup.context = CurrentMemoryContext;
        take_cache(&cleanup);
        cleanup.shape = cleanup.cache->shape;
        cleanup.owned.context = cleanup.linked.context = cleanup.due.context = cleanup.context;
        const uint64 rows = rows_now(read_metapage(index));
        cleanup.inspected = cleanup.cache->lists;
        find_owned(&cleanup);
        for_each_list(&cleanup, rows, inspect_list);
        free_orphans(&cleanup);
        put_free_pages(&cleanup);
        for_each_list(&cleanup, rows, pack_or_split_if_due);
        const MetaPage meta = read_metapage(index);
        if (rule_is_old(meta))
            rule_renew(index, rows_now(meta), kQueries, 0);
    });
}

} // namespace sbert::ivf
