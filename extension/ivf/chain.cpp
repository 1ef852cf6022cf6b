#include <algorithm>

#include "extension/pg.h"

#include "extension/ivf/chain.h"
#include "extension/ivf/directory.h"
#include "extension/ivf/free_blocks.h"
#include "extension/ivf/memory.h"
#include "extension/ivf/metapage.h"

namespace sbert::ivf {
namespace {

// The buffers of two pages, locked in order; the same one twice where they are one page.
struct TwoPages {
    Buffer a, b;
};

TwoPages lock_two(Relation index, BlockNumber a, BlockNumber b)
{
    const Buffer low = page_lock(index, std::min(a, b), kPageList);
    const Buffer high = a == b ? low : page_lock(index, std::max(a, b), kPageList);
    return a <= b ? TwoPages{low, high} : TwoPages{high, low};
}

void unlock_two(TwoPages pages)
{
    if (pages.b != pages.a)
        UnlockReleaseBuffer(pages.b);
    UnlockReleaseBuffer(pages.a);
}

// One record: a free block of the page becomes the chain's second. False: there is none on it.
bool link_second(Relation index, const Shape &shape, uint32 head, BlockNumber blkno)
{
    const TwoPages pages = lock_two(index, block_page(shape, head), blkno);
    const uint32 id = free_block_on(BufferGetPage(pages.b), shape, blkno);
    if (id != kNone) {
        PageEdit edit = edit_begin(index);
        const Page head_page = edit_page(&edit, pages.a);
        const Page page = pages.a == pages.b ? head_page : edit_page(&edit, pages.b);
        ListBlock *first = block_at(head_page, shape, head);
        clear_block(block_at(page, shape, id), first->list, first->epoch, first->next);
        first->next = id;
        edit_finish(&edit);
    }
    unlock_two(pages);
    return id != kNone;
}

// One record: a free block of the page becomes the first of a list that has none.
void link_first(Relation index, const Cache *cache, uint32 list, BlockNumber blkno)
{
    const Shape &shape = cache->shape;
    const Buffer directory = page_lock(index, directory_page(cache, list), kPageDirectory);
    const Buffer buffer = page_lock(index, blkno, kPageList);
    const Buffer meta = page_lock(index, kMetaPage, kPageMeta);
    const uint32 id = free_block_on(BufferGetPage(buffer), shape, blkno);
    // A concurrent insert may have been faster.
    if (id != kNone && entry_at(BufferGetPage(directory), shape, list)->head == kNone) {
        PageEdit edit = edit_begin(index);
        ListEntry *entry = entry_at(edit_page(&edit, directory), shape, list);
        clear_block(block_at(edit_page(&edit, buffer), shape, id), list, entry->epoch, kNone);
        entry->head = id;
        metapage_of(edit_page(&edit, meta))->generation++;
        edit_finish(&edit);
    }
    UnlockReleaseBuffer(meta);
    UnlockReleaseBuffer(buffer);
    UnlockReleaseBuffer(directory);
}

// A free block of the page is filled with `image`; its further pages are written first. kNone:
// there is none on it.
uint32 fill_on(Relation index, const Shape &shape, BlockNumber blkno, const char *image)
{
    const LockedRecord block = record_lock(index, shape.block, blkno);
    const uint32 id = free_block_on(BufferGetPage(block.pages[0]), shape, blkno);
    if (id != kNone) {
        record_write_tail(index, block, shape.block, image);
        PageEdit edit = edit_begin(index);
        memcpy(block_at(edit_page(&edit, block.pages[0]), shape, id), image,
               part_bytes(shape.block, 0));
        edit_finish(&edit);
    }
    record_unlock(block);
    return id;
}

void start_block(ChainWriter *writer)
{
    memset(writer->image, 0, writer->shape->block.bytes);
    clear_block(reinterpret_cast<ListBlock *>(writer->image), writer->list, writer->epoch, kNone);
    writer->filled = 0;
}

void flush(ChainWriter *writer)
{
    auto *block = reinterpret_cast<ListBlock *>(writer->image);
    block->next = writer->head;
    uint32 id = kNone;
    while (id == kNone) {
        CHECK_FOR_INTERRUPTS();
        if (writer->page == InvalidBlockNumber)
            writer->page = free_take_page(writer->index, *writer->shape, writer->when_full);
        writer->full = writer->page == InvalidBlockNumber;
        if (writer->full)
            return;
        id = fill_on(writer->index, *writer->shape, writer->page, writer->image);
        if (id == kNone)
            writer->page = InvalidBlockNumber;
    }
    writer->head = id;
    start_block(writer);
}

// A block's header, by the page it is on.
ListBlock header_of(Relation index, const Shape &shape, uint32 id)
{
    const BlockNumber blkno = block_page(shape, id);
    const PageView view = page_read(index, MAIN_FORKNUM, blkno, kPageList, nullptr);
    record_check(index, view.page, blkno, shape.block.span, 0);
    const ListBlock block = *block_at(view.page, shape, id);
    page_done(view);
    return block;
}

} // namespace

void report_chain(Relation index, uint32 list, uint32 id)
{
    report_damage(index, "has a block %u in list %u that belongs elsewhere", id, list);
}

ChainSearch chain_find_free_slot(Relation index, const Shape &shape, uint32 list, uint32 head,
                                 uint32 most)
{
    ChainSearch found = {kNone, kNone, 0};
    for (uint32 id = head; id != kNone && found.blocks < most; found.blocks++) {
        CHECK_FOR_INTERRUPTS();
        const ListBlock block = header_of(index, shape, id);
        if (block.list != list)
            report_chain(index, list, id);
        if (block.used != 0xFFFF) {
            found.block = id;
            return found;
        }
        id = block.next;
        if (found.blocks == 0)
            found.second = id;
    }
    return found;
}

void chain_grow(Relation index, const Cache *cache, uint32 list, ListEntry entry, uint32 second)
{
    const Shape shape = cache->shape;
    if (entry.head == kNone) {
        // The caller searches again.
        link_first(index, cache, list, free_take_page(index, shape, WhenFull::kFail));
        return;
    }
    // Beside the blocks that are there, if there is found.
    BlockNumber blkno = block_page(shape, entry.head);
    if (link_second(index, shape, entry.head, blkno))
        return;
    if (second != kNone && block_page(shape, second) != blkno &&
        link_second(index, shape, entry.head, block_page(shape, second)))
        return;
    do
        blkno = free_take_page(index, shape, WhenFull::kFail);
    while (!link_second(index, shape, entry.head, blkno));
}

Chain chain_read(Relation index, const Shape &shape, uint32 list, ListEntry entry, bool rows)
{
    Chain chain = {};
    Size block_capacity = 0, row_capacity = 0;
    const uint64 most = uint64{RelationGetNumberOfBlocks(index)} * shape.block.per_page;
    for (uint32 id = entry.head; id != kNone;) {
        CHECK_FOR_INTERRUPTS();
        if (chain.n_blocks > most) // it comes back to itself
            report_chain(index, list, id);
        const ListBlock block = header_of(index, shape, id);
        if (block.list != list || block.epoch != entry.epoch)
            report_chain(index, list, id);
        if (chain.n_blocks == 0 ||
            block_page(shape, chain.blocks[chain.n_blocks - 1]) != block_page(shape, id))
            chain.n_pages++;
        if (chain.n_blocks == block_capacity)
            grow(CurrentMemoryContext, &chain.blocks, &block_capacity, 0);
        chain.blocks[chain.n_blocks++] = id;
        if (rows && chain.n_rows + kBlockSlots > row_capacity)
            grow(CurrentMemoryContext, &chain.rows, &row_capacity, 0);
        for (int i = 0; i < kBlockSlots; i++) {
            if (!is_used(&block, i))
                continue;
            if (rows)
                chain.rows[chain.n_rows] = block.row[i];
            chain.n_rows++;
        }
        id = block.next;
    }
    return chain;
}

void writer_start(ChainWriter *writer, Relation index, const Shape *shape, uint32 list,
                  uint32 epoch, BlockNumber page, WhenFull when_full)
{
    *writer = {};
    writer->index = index;
    writer->shape = shape;
    writer->list = list;
    writer->epoch = epoch;
    writer->when_full = when_full;
    writer->page = page;
    writer->head = kNone;
    writer->code = allocate<uint8>(row_code_bytes(shape->d));
    writer->image = allocate<char>(shape->block.bytes);
    start_block(writer);
}

void writer_add(ChainWriter *writer, ann::RowFactors factors, uint32 row, const uint8 *code)
{
    if (!writer->full && writer->filled == kBlockSlots)
        flush(writer);
    if (writer->full)
        return;
    auto *block = reinterpret_cast<ListBlock *>(writer->image);
    put_code(writer->shape->d, code, writer->filled, block_codes(block));
    put_factors(factors, row, writer->filled++, block);
    writer->rows++;
}

void writer_copy(ChainWriter *writer, const ListBlock *from, int slot)
{
    take_code(writer->shape->d, block_codes(from), slot, writer->code);
    writer_add(writer, {from->add[slot], from->mul[slot]}, from->row[slot], writer->code);
}

bool writer_finish(ChainWriter *writer)
{
    if (writer->filled > 0 && !writer->full)
        flush(writer);
    pfree(writer->image);
    pfree(writer->code);
    return !writer->full;
}

void chain_discard(Relation index, const Shape &shape, uint32 list, uint32 head, uint32 epoch)
{
    ListEntry entry = {};
    entry.head = head;
    entry.epoch = epoch;
    const Chain chain = chain_read(index, shape, list, entry, false);
    chain_free(index, shape, chain);
}

void chain_free(Relation index, const Shape &shape, const Chain &chain)
{
    std::sort(chain.blocks, chain.blocks + chain.n_blocks);
    free_blocks(index, shape, chain.blocks, chain.n_blocks);
}

} // namespace sbert::ivf
