#include "encoder/kernels/scalar_codes.h"
#include "extension/pg.h"

#include "extension/ivf/free_blocks.h"
#include "extension/ivf/metapage.h"
#include "extension/ivf/rows.h"

namespace sbert::ivf {
namespace {

int count_free_at(Relation index, const Shape &shape, BlockNumber blkno)
{
    const PageView view = page_read(index, MAIN_FORKNUM, blkno, kPageRow, nullptr);
    const int n = rows_count_free(view.page, shape);
    page_done(view);
    return n;
}

// Goes on from the full head to the next page, or to a new one behind which nothing comes.
// Concurrent inserts may have moved on, and vacuum may have put a page in front: the metapage says
// so under its lock, and the head's lock keeps it from being taken off twice.
void advance(Relation index, const Shape &shape, BlockNumber head, uint32 next)
{
    const bool at_end = is_last_page(next);
    const int added =
        at_end ? static_cast<int>(shape.row.per_page) : count_free_at(index, shape, next);
    const Buffer old = head == kNone ? InvalidBuffer : page_lock(index, head, kPageRow);
    const Buffer meta = page_lock(index, kMetaPage, kPageMeta);
    if (metapage_of(BufferGetPage(meta))->row_page == head &&
        (head == kNone || (page_trailer(BufferGetPage(old))->next == next &&
                           rows_free_slot(BufferGetPage(old), shape) < 0)))
    {
        LockedRecord fresh = {};
        if (at_end)
            record_extend(index, shape.row, WhenFull::kFail, &fresh);
        PageEdit edit = edit_begin(index);
        if (head != kNone)
            page_trailer(edit_page(&edit, old))->next = InvalidBlockNumber;
        if (at_end)
            page_trailer(edit_new_page(&edit, fresh.pages[0], kPageRow))->next = kLastPage;
        MetaPage *m = metapage_of(edit_page(&edit, meta));
        m->row_page = at_end ? BufferGetBlockNumber(fresh.pages[0]) : next;
        m->inserted += static_cast<uint64>(added);
        edit_finish(&edit);
        record_unlock(fresh);
    }
    UnlockReleaseBuffer(meta);
    if (BufferIsValid(old))
        UnlockReleaseBuffer(old);
}

} // namespace

int rows_free_slot(Page page, const Shape &shape)
{
    for (uint32 i = 0; i < shape.row.per_page; i++)
        if (row_at(page, shape, i)->state == kRowFree)
            return static_cast<int>(i);
    return -1;
}

int rows_count_free(Page page, const Shape &shape)
{
    int n = 0;
    for (uint32 i = 0; i < shape.row.per_page; i++)
        n += row_at(page, shape, i)->state == kRowFree;
    return n;
}

BlockNumber rows_page_with_free_slot(Relation index, const Shape &shape)
{
    for (;;) {
        CHECK_FOR_INTERRUPTS();
        const BlockNumber head = read_metapage(index).row_page;
        uint32 next = kLastPage;
        if (head != kNone) {
            const PageView view = page_read(index, MAIN_FORKNUM, head, kPageRow, nullptr);
            record_check(index, view.page, head, shape.row.span, 0);
            const bool found = rows_free_slot(view.page, shape) >= 0;
            next = page_trailer(view.page)->next;
            page_done(view);
            if (found)
                return head;
        }
        advance(index, shape, head, next);
    }
}

void rows_check_tid(Relation index, Relation table, const ItemPointerData *tid)
{
    const BlockNumber blkno = ItemPointerGetBlockNumberNoCheck(tid);
    if (!page_exists(table, MAIN_FORKNUM, blkno))
        report_damage(index, "refers to block %u of the table \"%s\", which ends before", blkno,
                      RelationGetRelationName(table));
}

bool rows_read(Relation index, const Preparation *preparation, const Shape &shape, uint32 row,
               char *scratch, float *x, ItemPointer tid)
{
    float norm2;
    return rows_read_kept(index, shape, row, scratch, x, tid) &&
           (shape.rerank_bits != 32 || prepare_row(preparation, x, x, &norm2));
}

bool rows_read_kept(Relation index, const Shape &shape, uint32 row, char *scratch, float *x,
                    ItemPointer tid)
{
    record_read(index, shape.row, row, scratch);
    const auto *head = reinterpret_cast<const Row *>(scratch);
    if (tid != nullptr)
        *tid = head->tid;
    if (head->state != kRowLive)
        return false;
    if (shape.rerank_bits == 32)
        memcpy(x, head + 1, shape.d * sizeof(float));
    else
        kernels::decode_scalar(reinterpret_cast<const uint8 *>(head + 1),
                               {head->low, head->step, 0}, shape.d, shape.rerank_bits, x);
    return true;
}

} // namespace sbert::ivf
