// Tidying: see the header. First blocks are given back, then others are taken: VACUUM is what one
// runs when the disk is full, so it ends well without a single new page, and what needs some is
// left for the next one.
//
// Blocks that belong to no chain are what a crash has left of a replaced chain, old or new. They
// are found by two looks: at all list pages first, then along all chains. A block that was not free
// at the first look and is in no chain at the second is nobody's: blocks that inserts linked
// meanwhile were free, or on pages that are newer than the first look.
#include <algorithm>

#include "encoder/kernels/binary_codes.h"
#include "extension/pg.h"

#include "extension/ivf/chain.h"
#include "extension/ivf/directory.h"
#include "extension/ivf/free_blocks.h"
#include "extension/ivf/row_set.h"
#include "extension/ivf/split.h"
#include "extension/ivf/tidy.h"

namespace sbert::ivf {
namespace {

constexpr uint64 kFullEnough = 60; // per cent of a chain's slots: then it is not packed
constexpr int kQueries = 800;      // that the stop rule is measured by
constexpr int kMostSplits = 16;    // of one list in one vacuum
static_assert(kPagePayload / sizeof(ListBlock) <= kMaxBlocksPerPage, "for this BLCKSZ");

struct Tidying {
    Relation index;
    BufferAccessStrategy strategy;
    Shape shape;
    RowSet owned, linked; // block ids
    RowSet due;           // lists to be packed or split
    uint32 looked_at;     // lists
    bool full;            // the disk
    MemoryContext context;
    MemoryContext step; // reset for each list
    // Packing makes its generation old, and it is not loaded again for that: only its list of
    // pages is used, which splits alone change.
    const Cache *cache;
};

// First look.
void find_owned(Tidying *tidying)
{
    const Shape &shape = tidying->shape;
    const BlockNumber end = RelationGetNumberOfBlocks(tidying->index);
    for (BlockNumber blkno = 1; blkno < end; blkno++) {
        vacuum_delay_point();
        const PageView view = page_read(tidying->index, MAIN_FORKNUM, blkno, 0, tidying->strategy);
        const bool blocks = !PageIsNew(view.page) && page_trailer(view.page)->kind == kPageList &&
                            page_trailer(view.page)->next != kTailPage;
        uint32 owned[kMaxBlocksPerPage];
        uint32 n = 0;
        for (uint32 i = 0; blocks && i < shape.blocks_per_page; i++) {
            const uint32 id = blkno * shape.blocks_per_page + i;
            if (block_at(view.page, shape, id)->list != kNone)
                owned[n++] = id;
        }
        page_done(view);
        for (uint32 i = 0; i < n; i++)
            row_set_add(&tidying->owned, owned[i]);
    }
}

// A block copied from the index.   image: block_bytes
void read_block(const Tidying *tidying, uint32 id, char *image)
{
    const Shape &shape = tidying->shape;
    if (shape.block_span > 1) {
        record_gather(tidying->index, id, shape.block_span, kPageList, shape.block_bytes, nullptr,
                      image);
        return;
    }
    const PageView view =
        page_read(tidying->index, MAIN_FORKNUM, block_page(shape, id), kPageList, nullptr);
    memcpy(image, block_at(view.page, shape, id), shape.block_bytes);
    page_done(view);
}

// The same rows in fewer blocks. REQUIRES an Exclusive lock of the list. False: the disk is full.
bool write_packed(Tidying *tidying, uint32 list, ListEntry entry, const Chain &chain)
{
    char *image = static_cast<char *>(palloc(tidying->shape.block_bytes));
    const auto *block = reinterpret_cast<const ListBlock *>(image);
    ChainWriter writer;
    writer_start(&writer, tidying->index, &tidying->shape, list, entry.epoch + 1,
                 InvalidBlockNumber, WhenFull::kGiveUp);
    for (uint64 i = 0; i < chain.n_blocks; i++) {
        CHECK_FOR_INTERRUPTS(); // no pause: the list is locked
        read_block(tidying, chain.blocks[i], image);
        for (int slot = 0; slot < static_cast<int>(kernels::kBlockRows); slot++)
            if ((block->used >> slot & 1) != 0)
                writer_copy(&writer, block, slot);
    }
    if (!writer_finish(&writer)) {
        chain_give_back(tidying->index, tidying->shape, list, writer.head, entry.epoch + 1);
        return false;
    }
    ListChange change = {};
    change.list = list;
    change.head = writer.head;
    change.rows = writer.rows;
    change.lists = tidying->cache->lists;
    change.directory_last = InvalidBlockNumber;
    directory_replace(tidying->index, tidying->cache, change);
    return true;
}

// Too many free slots, or blocks scattered over too many pages.
bool worth_packing(const Chain &chain, const Shape &shape)
{
    const uint64 blocks = (chain.n_rows + kernels::kBlockRows - 1) / kernels::kBlockRows;
    const uint64 pages = (blocks + shape.blocks_per_page - 1) / shape.blocks_per_page;
    return (chain.n_blocks > std::max<uint64>(blocks, 1) &&
            chain.n_rows * 100 < chain.n_blocks * kernels::kBlockRows * kFullEnough) ||
           chain.n_pages > 2 * pages + 1;
}

// Notes that the disk is full, for those who watch.
void note_full(Tidying *tidying)
{
    if (!tidying->full)
        ereport(DEBUG1,
                (errmsg_internal("index \"%s\": no space left for packing and splitting lists",
                                 RelationGetRelationName(tidying->index))));
    tidying->full = true;
}

// Whether a step that takes so many blocks is worth a try.
bool has_room(const Tidying *tidying, uint64 blocks)
{
    return !tidying->full || free_has(tidying->index, tidying->shape, blocks);
}

// False: nothing was done.
bool pack(Tidying *tidying, uint32 list)
{
    LockPage(tidying->index, list, ExclusiveLock);
    const ListEntry entry = directory_header(tidying->index, tidying->cache, list);
    const Chain chain = chain_read(tidying->index, tidying->shape, list, entry, false);
    const bool still = worth_packing(chain, tidying->shape);
    const bool done = still && write_packed(tidying, list, entry, chain);
    UnlockPage(tidying->index, list, ExclusiveLock);
    if (still && !done)
        note_full(tidying);
    if (done)
        chain_free(tidying->index, tidying->shape, chain);
    return done;
}

// Whether the count in the directory is off by enough to be written.
bool count_is_off(uint32 written, uint64 counted)
{
    const uint64 difference = written > counted ? written - counted : counted - written;
    return difference * 16 > counted || (counted == 0) != (written == 0);
}

void take_directory(Tidying *tidying)
{
    const MemoryContext before = MemoryContextSwitchTo(tidying->context);
    tidying->cache = directory_copy(cache_get(tidying->index));
    MemoryContextSwitchTo(before);
}

void correct_count(Tidying *tidying, uint32 list, uint32 written, uint64 counted)
{
    if (count_is_off(written, counted))
        directory_count(tidying->index, tidying->cache, list, static_cast<uint32>(counted));
}

// Second look, at one list: its blocks are noted, and whether it is to be packed or split.
void look_at_list(Tidying *tidying, uint32 list, uint64 rows)
{
    const ListEntry entry = directory_header(tidying->index, tidying->cache, list);
    const Chain chain = chain_read(tidying->index, tidying->shape, list, entry, false);
    for (uint64 i = 0; i < chain.n_blocks; i++)
        row_set_add(&tidying->linked, chain.blocks[i]);
    if (worth_packing(chain, tidying->shape) ||
        chain.n_rows >= share_of_list(rows, tidying->cache->lists))
        row_set_add(&tidying->due, list);
    else
        correct_count(tidying, list, entry.rows, chain.n_rows);
}

// Splits a list again and again while it is too long. Returns how often.
int split_often(Tidying *tidying, uint32 list, uint64 rows)
{
    int splits = 0;
    SplitOutcome outcome = kSplitDone;
    while (splits < kMostSplits && outcome == kSplitDone) {
        outcome = split_when_due(tidying->index, list, rows, WhenFull::kGiveUp);
        splits += outcome == kSplitDone;
    }
    if (outcome == kSplitDiskFull)
        note_full(tidying);
    if (splits > 0)
        take_directory(tidying);
    return splits;
}

// One list: its chain is packed, or the list split.
void tidy_list(Tidying *tidying, uint32 list, uint64 rows)
{
    const ListEntry entry = directory_header(tidying->index, tidying->cache, list);
    const Chain chain = chain_read(tidying->index, tidying->shape, list, entry, false);
    bool done = false;
    if (worth_packing(chain, tidying->shape))
        done = has_room(tidying, chain.n_rows / kernels::kBlockRows + 1) && pack(tidying, list);
    else if (chain.n_rows >= share_of_list(rows, tidying->cache->lists))
        done = has_room(tidying, split_blocks(tidying->shape, chain.n_rows)) &&
               split_often(tidying, list, rows) > 0;
    if (!done)
        correct_count(tidying, list, entry.rows, chain.n_rows);
}

// Calls visit for every list of the directory, up to its end, which may move.
void for_each_list(Tidying *tidying, uint64 rows, void (*visit)(Tidying *, uint32, uint64))
{
    for (uint32 list = 0; list < tidying->cache->lists; list++) {
        vacuum_delay_point();
        MemoryContextReset(tidying->step);
        const MemoryContext before = MemoryContextSwitchTo(tidying->step);
        visit(tidying, list, rows);
        MemoryContextSwitchTo(before);
    }
}

// Those that are due; and those that a split adds, behind all others.
void tidy_if_due(Tidying *tidying, uint32 list, uint64 rows)
{
    if (list >= tidying->looked_at || row_set_has(&tidying->due, list))
        tidy_list(tidying, list, rows);
}

// Blocks owned and not linked are freed. Those that tidying itself has freed were linked.
void free_orphans(Tidying *tidying)
{
    const Size words = tidying->owned.n_words;
    for (Size word = 0; word < words; word++) {
        uint64 orphans = tidying->owned.words[word];
        if (word < tidying->linked.n_words)
            orphans &= ~tidying->linked.words[word];
        uint32 blocks[64];
        uint64 n = 0;
        for (; orphans != 0; orphans &= orphans - 1)
            blocks[n++] = static_cast<uint32>(word * 64) +
                          static_cast<uint32>(pg_rightmost_one_pos64(orphans));
        if (n > 0)
            free_blocks(tidying->index, tidying->shape, blocks, n);
    }
}

// Pages mostly of free blocks that are in no chain.
void put_free_pages(Tidying *tidying)
{
    const Shape &shape = tidying->shape;
    const BlockNumber end = RelationGetNumberOfBlocks(tidying->index);
    for (BlockNumber blkno = 1; blkno < end; blkno++) {
        vacuum_delay_point();
        const PageView view = page_read(tidying->index, MAIN_FORKNUM, blkno, 0, tidying->strategy);
        const bool spare = !PageIsNew(view.page) && page_trailer(view.page)->kind == kPageList &&
                           page_trailer(view.page)->next == InvalidBlockNumber &&
                           free_count(view.page, shape) > 0;
        page_done(view);
        if (spare)
            free_put_page(tidying->index, shape, blkno);
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

void tidy(Relation index, BufferAccessStrategy strategy)
{
    const MemoryContext context =
        AllocSetContextCreate(CurrentMemoryContext, "sbert_ivf tidy", ALLOCSET_DEFAULT_SIZES);
    const MemoryContext before = MemoryContextSwitchTo(context);
    Tidying tidying = {};
    tidying.index = index;
    tidying.strategy = strategy;
    tidying.context = context;
    take_directory(&tidying);
    tidying.shape = tidying.cache->shape;
    tidying.owned.context = tidying.linked.context = tidying.due.context = context;
    tidying.step = AllocSetContextCreate(context, "sbert_ivf tidy a list", ALLOCSET_DEFAULT_SIZES);
    const uint64 rows = rows_now(meta_copy(index));
    tidying.looked_at = tidying.cache->lists;
    find_owned(&tidying);
    for_each_list(&tidying, rows, look_at_list);
    free_orphans(&tidying);
    put_free_pages(&tidying);
    for_each_list(&tidying, rows, tidy_if_due);
    const MetaPage meta = meta_copy(index);
    if (rule_is_old(meta))
        renew_rule(index, rows_now(meta), kQueries, 0);
    MemoryContextSwitchTo(before);
    MemoryContextDelete(context);
}

} // namespace sbert::ivf
