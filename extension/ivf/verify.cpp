// sbert.index_verify(): every page of an index checked, while nobody writes to its table.
//
// Two passes. All pages in order: what lies on a page agrees with itself, and the rows are noted.
// Then the directory and every chain from it: blocks are of the list and its epoch and in one chain
// only, their entries are of live rows, and every live row is in as many lists as it should.
//
// Legal, because a crash may leave them: pages of zeros, blocks that belong to no chain, rows that
// are dead with or without entries.
#include <cmath>

#include "extension/pg.h"

#include "extension/functions/set.h"
#include "extension/ivf/centroid.h"
#include "extension/ivf/chain.h"
#include "extension/ivf/directory.h"
#include "extension/ivf/free_blocks.h"
#include "extension/ivf/id_set.h"
#include "extension/ivf/inspect.h"
#include "extension/ivf/memory.h"
#include "extension/ivf/metapage.h"

namespace sbert::ivf {
namespace {

constexpr uint64 kMostProblems = 1000;
constexpr uint8 kTail = 0x80; // with the kind of a page

// A row id as noted.
struct SeenRow {
    uint32 list; // of its first copy
    uint8 state; // RowState
    uint8 copies;
};

struct Verification {
    Relation index;
    ReturnSetInfo *problems;
    uint64 n_problems;
    Shape shape;
    MetaPage meta;
    BlockNumber n_pages;
    uint8 *kinds;  // (n_pages)
    SeenRow *rows; // (n_pages * rows_per_page)
    IdSet blocks;  // that are in a chain
    PGAlignedBlock page;
};

void problem(Verification *v, BlockNumber blkno, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void problem(Verification *v, BlockNumber blkno, const char *format, ...)
{
    char text[256];
    va_list arguments;
    if (v->n_problems++ >= kMostProblems)
        return;
    va_start(arguments, format);
    pg_vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    const Datum values[] = {Int64GetDatum(blkno), CStringGetTextDatum(text)};
    const bool nulls[] = {false, false};
    set_put(v->problems, values, nulls);
}

// A copy, so that nothing is locked while it is checked.
Page copy_page(Verification *v, BlockNumber blkno)
{
    CHECK_FOR_INTERRUPTS();
    const PageView view = page_read(v->index, MAIN_FORKNUM, blkno, 0, nullptr);
    memcpy(v->page.data, view.page, BLCKSZ);
    page_done(view);
    return v->page.data;
}

// ---- one page ----------------------------------------------------------------------------------

// An infinite error says that nothing is certain of the row: it may be too long for a range.
bool has_range(const Row &row)
{
    if (std::isinf(row.error))
        return row.error > 0;
    return row.error >= 0 && std::isfinite(row.low) && std::isfinite(row.step);
}

void check_rows(Verification *v, Page page, BlockNumber blkno)
{
    for (uint32 i = 0; i < v->shape.row.per_page; i++) {
        const uint32 id = blkno * v->shape.row.per_page + i;
        const Row *row = row_at(page, v->shape, id);
        v->rows[id].state = static_cast<uint8>(row->state);
        if (row->state > kRowDead)
            problem(v, blkno, "row %u has the unknown state %u", id, row->state);
        if (row->state != kRowLive)
            continue;
        if (!ItemPointerIsValid(&row->tid))
            problem(v, blkno, "row %u refers to no row of the table", id);
        if (!has_range(*row))
            problem(v, blkno, "row %u has codes without a range", id);
    }
}

void check_slots(Verification *v, const ListBlock *block, BlockNumber blkno, uint32 id)
{
    for (int i = 0; i < kBlockSlots; i++) {
        const bool used = is_used(block, i);
        if (used != std::isfinite(block->add[i]) || !std::isfinite(block->mul[i]))
            problem(v, blkno, "slot %d of block %u has factors that do not fit", i, id);
        if (used != (block->row[i] != kNone))
            problem(v, blkno, "slot %d of block %u has a row id that does not fit", i, id);
    }
}

void check_blocks(Verification *v, Page page, BlockNumber blkno)
{
    for (uint32 i = 0; i < v->shape.block.per_page; i++) {
        const uint32 id = blkno * v->shape.block.per_page + i;
        const ListBlock *block = block_at(page, v->shape, id);
        if (block->list == kNone && block->used != 0)
            problem(v, blkno, "block %u is free and has rows", id);
        check_slots(v, block, blkno, id);
    }
}

void check_page(Verification *v, BlockNumber blkno)
{
    const Page page = copy_page(v, blkno);
    if (PageIsNew(page))
        return;
    const PageTrailer *trailer = page_trailer(page);
    const bool tail = trailer->next == kTailPage;
    v->kinds[blkno] = static_cast<uint8>(trailer->kind | (tail ? kTail : 0));
    if (tail)
        return;
    if (trailer->kind == kPageRow)
        check_rows(v, page, blkno);
    else if (trailer->kind == kPageList)
        check_blocks(v, page, blkno);
    else if (trailer->kind != kPageDirectory && trailer->kind != kPageOrigin)
        problem(v, blkno, "the page is of the unknown kind %u", trailer->kind);
}

// ---- chains ------------------------------------------------------------------------------------

// Whether a record of `span` pages of this kind begins there.
bool is_record(const Verification *v, BlockNumber blkno, uint32 span, uint8 kind)
{
    if (blkno >= v->n_pages || v->n_pages - blkno < span || v->kinds[blkno] != kind)
        return false;
    for (uint32 i = 1; i < span; i++)
        if (v->kinds[blkno + i] != (kind | kTail))
            return false;
    return true;
}

// Whether the block can be followed: it exists, and is in no other chain.
bool take_block(Verification *v, uint32 id, uint32 list)
{
    const BlockNumber blkno = block_page(v->shape, id);
    if (!is_record(v, blkno, v->shape.block.span, kPageList)) {
        problem(v, blkno, "block %u of list %u does not exist", id, list);
        return false;
    }
    if (id_set_has(&v->blocks, id)) {
        problem(v, blkno, "block %u of list %u is in a chain already", id, list);
        return false;
    }
    id_set_add(&v->blocks, id);
    return true;
}

void check_entry(Verification *v, uint32 row, uint32 list, BlockNumber blkno)
{
    const BlockNumber page = row / v->shape.row.per_page;
    if (page >= v->n_pages || v->kinds[page] != kPageRow) {
        problem(v, page < v->n_pages ? page : blkno, "list %u has the row %u, which does not exist",
                list, row);
        return;
    }
    SeenRow *seen = &v->rows[row];
    if (seen->state == kRowDead)
        return;
    if (seen->state != kRowLive)
        problem(v, blkno, "list %u has the row %u, which is free", list, row);
    else if (seen->copies > 0 && seen->list == list)
        problem(v, blkno, "list %u has the row %u twice", list, row);
    seen->copies += seen->copies < 255;
    seen->list = list;
}

void follow_list(Verification *v, uint32 list, ListEntry entry)
{
    for (uint32 id = entry.head; id != kNone && take_block(v, id, list);) {
        const BlockNumber blkno = block_page(v->shape, id);
        const ListBlock *block = block_at(copy_page(v, blkno), v->shape, id);
        if (block->list != list || block->epoch != entry.epoch) {
            problem(v, blkno, "block %u of list %u is of list %u, epoch %u instead of %u", id, list,
                    block->list, block->epoch, entry.epoch);
            return;
        }
        for (int i = 0; i < kBlockSlots; i++)
            if (is_used(block, i))
                check_entry(v, block->row[i], list, blkno);
        id = block->next;
    }
}

// A chain of pages with free slots, by their trailers.
void follow_pages(Verification *v, uint32 head, uint32 span, PageKind kind)
{
    BlockNumber n = 0;
    for (uint32 blkno = head; !is_last_page(blkno);) {
        if (!is_record(v, blkno, span, static_cast<uint8>(kind)) || n++ > v->n_pages) {
            problem(v, blkno, "the chain of pages of kind %d with free slots is broken", kind);
            return;
        }
        blkno = page_trailer(copy_page(v, blkno))->next;
    }
}

// Rows whose squares overflow make centroids whose squares do.
bool has_norm(const ListEntry &entry, float norm2)
{
    if (!std::isfinite(norm2))
        return !std::isfinite(entry.norm2);
    return std::fabs(norm2 - entry.norm2) <= 1e-4f * (1 + norm2);
}

void check_lists(Verification *v)
{
    const Cache *cache = cache_get(v->index);
    auto *c = allocate<float>(v->shape.d);
    for (uint32 list = 0; list < v->meta.lists; list++) {
        const BlockNumber blkno = directory_page(cache, list);
        if (!is_record(v, blkno, v->shape.entry.span, kPageDirectory))
            problem(v, blkno, "list %u has no page in the directory", list);
        const ListEntry entry = directory_entry(v->index, cache, list, c);
        if (!has_norm(entry, centroid_norm2(c, v->shape.d)))
            problem(v, blkno, "list %u has a centroid that does not fit its norm", list);
        follow_list(v, list, entry);
    }
    pfree(c);
}

// Rows are kept relative to it: without, they mean nothing.
void check_origin(Verification *v, bool any_row)
{
    const BlockNumber blkno = v->meta.origin;
    if (blkno == kNone ? any_row : !is_record(v, blkno, v->shape.origin.span, kPageOrigin))
        problem(v, blkno == kNone ? kMetaPage : blkno, "the index has rows and no origin");
}

void count_copies(Verification *v)
{
    const uint64 n = uint64{v->n_pages} * v->shape.row.per_page;
    bool any_row = false;
    const int wanted = v->meta.lists > 1 ? 2 : 1;
    for (uint64 id = 0; id < n; id++) {
        any_row = any_row || v->rows[id].state == kRowLive;
        if (v->rows[id].state == kRowLive && v->rows[id].copies != wanted)
            problem(v, static_cast<BlockNumber>(id / v->shape.row.per_page),
                    "row %u is in %d lists instead of %d", static_cast<uint32>(id),
                    v->rows[id].copies, wanted);
    }
    check_origin(v, any_row);
}

void verify(Verification *v)
{
    v->meta = read_metapage(v->index);
    v->shape = cache_get(v->index)->shape;
    v->n_pages = RelationGetNumberOfBlocks(v->index);
    const Size n_rows = Size{v->n_pages} * v->shape.row.per_page;
    v->kinds = allocate_zero<uint8>(v->n_pages);
    v->rows = allocate_zero<SeenRow>(n_rows);
    v->blocks.context = CurrentMemoryContext;
    for (BlockNumber blkno = 1; blkno < v->n_pages; blkno++)
        check_page(v, blkno);
    check_lists(v);
    follow_pages(v, v->meta.row_page, v->shape.row.span, kPageRow);
    if (v->meta.free_block != kNone)
        follow_pages(v, block_page(v->shape, v->meta.free_block), v->shape.block.span, kPageList);
    count_copies(v);
}

} // namespace

SBERT_FUNCTION(sbert_index_verify)
{
    auto *v = allocate_zero<Verification>(1);
    v->problems = set_start(fcinfo);
    // ShareLock stops writers and vacuum.
    const Inspected inspected = inspect_open(PG_GETARG_OID(0), ShareLock);
    v->index = inspected.index;
    verify(v);
    inspect_close(inspected);
    return 0;
}

} // namespace sbert::ivf
