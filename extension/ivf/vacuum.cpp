// Vacuum: dead rows taken out of the index (README: vacuum). Keeps kGrowLock throughout, so that no
// chain is written from rows that are about to be freed.
//
//   1  row pages: every live TID goes to the callback; rows that it calls dead become kRowDead
//   2  list pages: their entries are cleared
//   3  row pages with dead rows: these become free, and pages with free slots go to the chain of
//   those
//
// What is dead is remembered as one bit a row; a row that an earlier vacuum left as kRowDead is
// taken up again. Pages that are added meanwhile hold rows that are newer than this vacuum.
#include "extension/pg.h"

#include "extension/ivf/cache.h"
#include "extension/ivf/cleanup.h"
#include "extension/ivf/free_blocks.h"
#include "extension/ivf/id_set.h"
#include "extension/ivf/memory.h"
#include "extension/ivf/metapage.h"
#include "extension/ivf/row_codes.h"
#include "extension/ivf/rows.h"
#include "extension/ivf/verbs.h"

namespace sbert::ivf {
namespace {

constexpr uint32 kFreeShare = 8; // a page with less than this share of its slots free is left alone

struct Vacuum {
    Relation index;
    BufferAccessStrategy strategy;
    Shape shape;
    IndexBulkDeleteCallback callback;
    void *state;
    IdSet dead;
    uint64 n_dead, n_live, n_removed; // rows
    BlockNumber *pages;               // with dead rows
    Size n_pages, pages_capacity;
    ItemPointerData *tids; // of one page
    uint32 *rows;
};

// Calls visit for every page of this kind up to the end of the file, which may move. Nothing is
// locked then.
void for_each_page(Vacuum *vacuum, PageKind kind, void (*visit)(Vacuum *, BlockNumber))
{
    for (BlockNumber blkno = 0; blkno < RelationGetNumberOfBlocks(vacuum->index);) {
        const BlockNumber end = RelationGetNumberOfBlocks(vacuum->index);
        for (; blkno < end; blkno++) {
            vacuum_delay_point();
            const PageView view =
                page_read(vacuum->index, MAIN_FORKNUM, blkno, 0, vacuum->strategy);
            const bool wanted = !PageIsNew(view.page) && page_trailer(view.page)->kind == kind;
            page_done(view);
            if (wanted)
                visit(vacuum, blkno);
        }
    }
}

void remember_dead(Vacuum *vacuum, uint32 row)
{
    id_set_add(&vacuum->dead, row);
    vacuum->n_dead++;
}

void remember_page(Vacuum *vacuum, BlockNumber blkno)
{
    if (vacuum->n_pages == vacuum->pages_capacity)
        grow(vacuum->dead.context, &vacuum->pages, &vacuum->pages_capacity, 0);
    vacuum->pages[vacuum->n_pages++] = blkno;
}

// Live rows of the page into tids and rows; dead ones are remembered. Returns how many live.
uint32 take_rows(Vacuum *vacuum, BlockNumber blkno, bool *any_dead)
{
    const Shape &shape = vacuum->shape;
    const PageView view = page_read(vacuum->index, MAIN_FORKNUM, blkno, kPageRow, vacuum->strategy);
    uint32 n = 0;
    const bool rows = holds_records(view.page, kPageRow);
    for (uint32 i = 0; rows && i < shape.row.per_page; i++) {
        const Row *row = row_at(view.page, shape, i);
        const uint32 id = blkno * shape.row.per_page + i;
        if (row->state == kRowLive) {
            vacuum->tids[n] = row->tid;
            vacuum->rows[n++] = id;
        } else if (row->state == kRowDead) {
            remember_dead(vacuum, id);
            *any_dead = true;
        }
    }
    page_done(view);
    return n;
}

// REQUIRES rows ascending and of one page. Live rows do not change but by vacuum.
void mark_dead(Vacuum *vacuum, BlockNumber blkno, const uint32 *rows, uint32 n)
{
    const Buffer buffer = page_lock(vacuum->index, blkno, kPageRow, vacuum->strategy);
    PageEdit edit = edit_begin(vacuum->index);
    const Page page = edit_page(&edit, buffer);
    for (uint32 i = 0; i < n; i++)
        row_at(page, vacuum->shape, rows[i])->state = kRowDead;
    edit_finish(&edit);
    UnlockReleaseBuffer(buffer);
}

// Pass 1. The callback runs without a lock of ours.
void visit_rows(Vacuum *vacuum, BlockNumber blkno)
{
    bool any_dead = false;
    const uint32 n = take_rows(vacuum, blkno, &any_dead);
    uint32 n_dead = 0;
    for (uint32 i = 0; i < n; i++) {
        if (!vacuum->callback(&vacuum->tids[i], vacuum->state))
            continue;
        remember_dead(vacuum, vacuum->rows[i]);
        vacuum->rows[n_dead++] = vacuum->rows[i];
    }
    vacuum->n_live += n - n_dead;
    vacuum->n_removed += n_dead;
    if (n_dead > 0)
        mark_dead(vacuum, blkno, vacuum->rows, n_dead);
    if (n_dead > 0 || any_dead)
        remember_page(vacuum, blkno);
}

// Slots of the block whose rows are dead, as bits. Blocks that nothing refers to are none of ours.
uint16 dead_slots(const Vacuum *vacuum, const ListBlock *block)
{
    uint16 dead = 0;
    for (int i = 0; i < kBlockSlots; i++)
        if (is_used(block, i) && id_set_has(&vacuum->dead, block->row[i]))
            dead = static_cast<uint16>(dead | 1u << i);
    return dead;
}

// Pass 2.
void visit_list_page(Vacuum *vacuum, BlockNumber blkno)
{
    const Shape &shape = vacuum->shape;
    const Buffer buffer = page_lock(vacuum->index, blkno, kPageList, vacuum->strategy);
    const Page page = BufferGetPage(buffer);
    uint16 any = 0;
    const bool blocks = holds_records(page, kPageList);
    for (uint32 i = 0; blocks && i < shape.block.per_page; i++)
        any = static_cast<uint16>(any | dead_slots(vacuum, block_at(page, shape, i)));
    if (any != 0) {
        PageEdit edit = edit_begin(vacuum->index);
        const Page copy = edit_page(&edit, buffer);
        for (uint32 i = 0; i < shape.block.per_page; i++) {
            ListBlock *block = block_at(copy, shape, i);
            for (uint32 dead = dead_slots(vacuum, block); dead != 0; dead &= dead - 1)
                clear_slot(block, pg_rightmost_one_pos32(dead));
        }
        edit_finish(&edit);
    }
    UnlockReleaseBuffer(buffer);
}

bool is_chained(Page page, BlockNumber blkno, const MetaPage *meta)
{
    return page_trailer(page)->next != InvalidBlockNumber || meta->row_page == blkno;
}

// Pass 3. One record frees the rows and puts the page in front of the chain, where it has free
// slots and is not in it.
void free_rows(Vacuum *vacuum, BlockNumber blkno)
{
    const Shape &shape = vacuum->shape;
    const Buffer buffer = page_lock(vacuum->index, blkno, kPageRow, vacuum->strategy);
    const Buffer meta = page_lock(vacuum->index, kMetaPage, kPageMeta);
    PageEdit edit = edit_begin(vacuum->index);
    const Page page = edit_page(&edit, buffer);
    for (uint32 i = 0; i < shape.row.per_page; i++) {
        Row *row = row_at(page, shape, i);
        if (row->state == kRowDead)
            memset(row, 0, shape.row.span > 1 ? sizeof(Row) : shape.row.bytes);
    }
    const auto free = static_cast<uint32>(rows_count_free(page, shape));
    if (free * kFreeShare >= shape.row.per_page &&
        !is_chained(page, blkno, metapage_of(BufferGetPage(meta))))
    {
        MetaPage *m = metapage_of(edit_page(&edit, meta));
        page_trailer(page)->next = m->row_page == kNone ? kLastPage : m->row_page;
        m->row_page = blkno;
    }
    edit_finish(&edit);
    UnlockReleaseBuffer(meta);
    UnlockReleaseBuffer(buffer);
}

void set_counts(Vacuum *vacuum)
{
    const Buffer buffer = page_lock(vacuum->index, kMetaPage, kPageMeta);
    PageEdit edit = edit_begin(vacuum->index);
    MetaPage *meta = metapage_of(edit_page(&edit, buffer));
    meta->rows = vacuum->n_live;
    meta->inserted = 0;
    edit_finish(&edit);
    UnlockReleaseBuffer(buffer);
}

void run(Vacuum *vacuum)
{
    for_each_page(vacuum, kPageRow, visit_rows);
    if (vacuum->n_dead > 0) {
        for_each_page(vacuum, kPageList, visit_list_page);
        close_chain(vacuum->index, kPageRow, read_metapage(vacuum->index).row_page);
        for (uint64 i = 0; i < vacuum->n_pages; i++) {
            vacuum_delay_point();
            free_rows(vacuum, vacuum->pages[i]);
        }
    }
    set_counts(vacuum);
}

Vacuum *start(IndexVacuumInfo *info, IndexBulkDeleteCallback callback, void *state)
{
    auto *vacuum = allocate_zero<Vacuum>(1);
    vacuum->index = info->index;
    vacuum->strategy = info->strategy;
    vacuum->shape = cache_get(info->index)->shape;
    vacuum->callback = callback;
    vacuum->state = state;
    vacuum->dead.context = CurrentMemoryContext;
    vacuum->tids = allocate<ItemPointerData>(vacuum->shape.row.per_page);
    vacuum->rows = allocate<uint32>(vacuum->shape.row.per_page);
    return vacuum;
}

} // namespace

extern "C" IndexBulkDeleteResult *ivf_bulkdelete(IndexVacuumInfo *info,
                                                 IndexBulkDeleteResult *stats,
                                                 IndexBulkDeleteCallback callback, void *state)
{
    if (stats == nullptr)
        stats = allocate_zero<IndexBulkDeleteResult>(1);
    LockPage(info->index, kGrowLock, ExclusiveLock);
    in_own_context("sbert_ivf vacuum", [&] {
        Vacuum *vacuum = start(info, callback, state);
        run(vacuum);
        stats->num_index_tuples = static_cast<double>(vacuum->n_live);
        stats->tuples_removed += static_cast<double>(vacuum->n_removed);
    });
    UnlockPage(info->index, kGrowLock, ExclusiveLock);
    return stats;
}

extern "C" IndexBulkDeleteResult *ivf_vacuumcleanup(IndexVacuumInfo *info,
                                                    IndexBulkDeleteResult *stats)
{
    if (info->analyze_only)
        return stats;
    LockPage(info->index, kGrowLock, ExclusiveLock);
    cleanup_lists(info->index, info->strategy);
    UnlockPage(info->index, kGrowLock, ExclusiveLock);
    if (stats == nullptr) {
        stats = allocate_zero<IndexBulkDeleteResult>(1);
        stats->num_index_tuples = static_cast<double>(rows_now(read_metapage(info->index)));
        stats->estimated_count = true;
    }
    stats->num_pages = RelationGetNumberOfBlocks(info->index);
    return stats;
}

} // namespace sbert::ivf
