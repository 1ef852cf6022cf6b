#include "extension/pg.h"

#include "extension/ivf/free_blocks.h"
#include "extension/ivf/metapage.h"
#include "extension/ivf/row_codes.h"

namespace sbert::ivf {
namespace {

constexpr uint32 kMostlyFree = 75; // per cent of a page's blocks

BlockNumber head_of(const MetaPage &meta, const Shape &shape)
{
    return meta.free_block == kNone ? InvalidBlockNumber : block_page(shape, meta.free_block);
}

void set_head(MetaPage *meta, const Shape &shape, uint32 page)
{
    meta->free_block = is_last_page(page) ? kNone : page * shape.block.per_page;
}

// Takes the head off the chain. False: another process was faster.
bool pop(Relation index, const Shape &shape, BlockNumber head)
{
    const Buffer buffer = page_lock(index, head, kPageList);
    const Buffer meta = page_lock(index, kMetaPage, kPageMeta);
    const bool same = head_of(*metapage_of(BufferGetPage(meta)), shape) == head;
    if (same) {
        PageEdit edit = edit_begin(index);
        PageTrailer *trailer = page_trailer(edit_page(&edit, buffer));
        set_head(metapage_of(edit_page(&edit, meta)), shape, trailer->next);
        trailer->next = InvalidBlockNumber;
        edit_finish(&edit);
    }
    UnlockReleaseBuffer(meta);
    UnlockReleaseBuffer(buffer);
    return same;
}

uint32 count_on(Relation index, const Shape &shape, BlockNumber blkno)
{
    const PageView view = page_read(index, MAIN_FORKNUM, blkno, kPageList, nullptr);
    const uint32 n = free_count(view.page, shape);
    page_done(view);
    return n;
}

// Block ids have 32 bits. Other processes may add a few pages before ours.
void check_not_full(Relation index, const Shape &shape)
{
    constexpr uint64 kOthers = 4096;
    if ((RelationGetNumberOfBlocks(index) + kOthers) * shape.block.per_page >= kNone)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("index \"%s\" is full", RelationGetRelationName(index))));
}

// Makes the new page, locked as the metapage is, one of free blocks; with many of them it becomes
// the chain, if that is empty.
BlockNumber start_page(Relation index, const Shape &shape, const LockedRecord &fresh, Buffer meta)
{
    const BlockNumber blkno = BufferGetBlockNumber(fresh.pages[0]);
    PageEdit edit = edit_begin(index);
    const Page page = edit_new_page(&edit, fresh.pages[0], kPageList);
    for (uint32 i = 0; i < shape.block.per_page; i++)
        clear_block(block_at(page, shape, i), kNone, 0, kNone);
    if (shape.block.per_page > kOwnBlocks && metapage_of(BufferGetPage(meta))->free_block == kNone)
    {
        page_trailer(page)->next = kLastPage;
        set_head(metapage_of(edit_page(&edit, meta)), shape, blkno);
    }
    edit_finish(&edit);
    record_unlock(fresh);
    return blkno;
}

// A page of free blocks at the end of the file. InvalidBlockNumber: the chain is not empty any more
// (kFail), or the disk is full (kGiveUp, which extends the file before it locks a page).
BlockNumber extend(Relation index, const Shape &shape, WhenFull when_full)
{
    const bool fail = when_full == WhenFull::kFail;
    LockedRecord fresh;
    BlockNumber blkno = InvalidBlockNumber;
    check_not_full(index, shape);
    if (!fail && !record_extend(index, shape.block, when_full, &fresh))
        return blkno;
    const Buffer meta = page_lock(index, kMetaPage, kPageMeta);
    if (!fail || metapage_of(BufferGetPage(meta))->free_block == kNone) {
        if (fail)
            record_extend(index, shape.block, when_full, &fresh);
        blkno = start_page(index, shape, fresh, meta);
    }
    UnlockReleaseBuffer(meta);
    return blkno;
}

// Puts the page in front of the chain, unless it is in it. Both locked; of the copies.
void push(Page page, MetaPage *meta, const Shape &shape, BlockNumber blkno)
{
    PageTrailer *trailer = page_trailer(page);
    const BlockNumber head = head_of(*meta, shape);
    if (trailer->next != InvalidBlockNumber || head == blkno)
        return;
    trailer->next = head == InvalidBlockNumber ? kLastPage : head;
    set_head(meta, shape, blkno);
}

} // namespace

uint32 free_block_on(Page page, const Shape &shape, BlockNumber blkno)
{
    for (uint32 i = 0; i < shape.block.per_page; i++)
        if (block_at(page, shape, i)->list == kNone)
            return blkno * shape.block.per_page + i;
    return kNone;
}

uint32 free_count(Page page, const Shape &shape)
{
    uint32 n = 0;
    for (uint32 i = 0; i < shape.block.per_page; i++)
        n += block_at(page, shape, i)->list == kNone;
    return n;
}

BlockNumber free_take_page(Relation index, const Shape &shape, WhenFull when_full)
{
    for (;;) {
        CHECK_FOR_INTERRUPTS();
        const BlockNumber head = head_of(read_metapage(index), shape);
        if (head == InvalidBlockNumber) {
            const BlockNumber fresh = extend(index, shape, when_full);
            if (fresh != InvalidBlockNumber || when_full == WhenFull::kGiveUp)
                return fresh;
            continue;
        }
        const uint32 n = count_on(index, shape, head);
        if (n > kOwnBlocks || (pop(index, shape, head) && n > 0))
            return head;
    }
}

bool free_has(Relation index, const Shape &shape, uint64 wanted)
{
    uint64 pages = RelationGetNumberOfBlocks(index); // a damaged chain may come back to itself
    uint64 found = 0;
    uint32 blkno = head_of(read_metapage(index), shape);
    for (; !is_last_page(blkno) && found < wanted && pages > 0; pages--) {
        CHECK_FOR_INTERRUPTS();
        const PageView view = page_read(index, MAIN_FORKNUM, blkno, kPageList, nullptr);
        found += free_count(view.page, shape);
        blkno = page_trailer(view.page)->next;
        page_done(view);
    }
    return found >= wanted;
}

void close_chain(Relation index, PageKind kind, BlockNumber head)
{
    if (head == InvalidBlockNumber)
        return;
    const Buffer buffer = page_lock(index, head, kind);
    // Nobody takes a page off the chain but under its lock.
    const MetaPage meta = read_metapage(index);
    const Shape shape = shape_of(meta.dimensions, meta.rerank_bits);
    const bool still = kind == kPageRow ? meta.row_page == head : head_of(meta, shape) == head;
    if (still && page_trailer(BufferGetPage(buffer))->next == InvalidBlockNumber) {
        PageEdit edit = edit_begin(index);
        page_trailer(edit_page(&edit, buffer))->next = kLastPage;
        edit_finish(&edit);
    }
    UnlockReleaseBuffer(buffer);
}

void free_blocks(Relation index, const Shape &shape, const uint32 *blocks, uint64 n)
{
    close_chain(index, kPageList, head_of(read_metapage(index), shape));
    for (uint64 i = 0; i < n;) {
        CHECK_FOR_INTERRUPTS();
        const BlockNumber blkno = block_page(shape, blocks[i]);
        const Buffer buffer = page_lock(index, blkno, kPageList);
        const Buffer meta = page_lock(index, kMetaPage, kPageMeta);
        PageEdit edit = edit_begin(index);
        const Page page = edit_page(&edit, buffer);
        for (; i < n && block_page(shape, blocks[i]) == blkno; i++)
            clear_block(block_at(page, shape, blocks[i]), kNone, 0, kNone);
        push(page, metapage_of(edit_page(&edit, meta)), shape, blkno);
        edit_finish(&edit);
        UnlockReleaseBuffer(meta);
        UnlockReleaseBuffer(buffer);
    }
}

void free_put_page(Relation index, const Shape &shape, BlockNumber blkno)
{
    close_chain(index, kPageList, head_of(read_metapage(index), shape));
    const Buffer buffer = page_lock(index, blkno, kPageList);
    const Buffer meta = page_lock(index, kMetaPage, kPageMeta);
    if (free_count(BufferGetPage(buffer), shape) * 100 >= shape.block.per_page * kMostlyFree) {
        PageEdit edit = edit_begin(index);
        const Page page = edit_page(&edit, buffer);
        push(page, metapage_of(edit_page(&edit, meta)), shape, blkno);
        edit_finish(&edit);
    }
    UnlockReleaseBuffer(meta);
    UnlockReleaseBuffer(buffer);
}

} // namespace sbert::ivf
