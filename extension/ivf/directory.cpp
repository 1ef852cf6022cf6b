#include <algorithm>

#include "extension/pg.h"

#include "extension/ivf/centroid.h"
#include "extension/ivf/directory.h"
#include "extension/ivf/memory.h"
#include "extension/ivf/metapage.h"

namespace sbert::ivf {
namespace {

// The page behind `last`, which is added if there is none: one that a crash has left serves as
// well. Nobody else adds any meanwhile. InvalidBlockNumber: the disk is full. REQUIRES kGrowLock
BlockNumber page_behind(Relation index, const Shape &shape, BlockNumber last, WhenFull when_full)
{
    const PageView view = page_read(index, MAIN_FORKNUM, last, kPageDirectory, nullptr);
    BlockNumber next = page_trailer(view.page)->next;
    page_done(view);
    if (next != InvalidBlockNumber)
        return next;
    LockedRecord fresh;
    if (!record_extend(index, shape.entry, when_full, &fresh))
        return InvalidBlockNumber;
    next = BufferGetBlockNumber(fresh.pages[0]);
    const Buffer before = page_lock(index, last, kPageDirectory);
    PageEdit edit = edit_begin(index);
    page_trailer(edit_page(&edit, before))->next = next;
    edit_new_page(&edit, fresh.pages[0], kPageDirectory);
    edit_finish(&edit);
    UnlockReleaseBuffer(before);
    record_unlock(fresh);
    return next;
}

// The page of entry number `list`, which may be out of sight. REQUIRES kGrowLock
BlockNumber page_of(Relation index, const Cache *cache, uint32 list, WhenFull when_full)
{
    const Shape shape = cache->shape;
    const uint32 wanted = list / shape.entry.per_page;
    uint32 at = std::min(wanted, (cache->lists - 1) / shape.entry.per_page);
    BlockNumber page = cache->pages[at];
    for (; at < wanted && page != InvalidBlockNumber; at++)
        page = page_behind(index, shape, page, when_full);
    return page;
}

} // namespace

BlockNumber directory_page(const Cache *cache, uint32 list)
{
    return cache->pages[list / cache->shape.entry.per_page];
}

ListEntry directory_header(Relation index, const Cache *cache, uint32 list)
{
    const PageView view =
        page_read(index, MAIN_FORKNUM, directory_page(cache, list), kPageDirectory, nullptr);
    const ListEntry entry = *entry_at(view.page, cache->shape, list);
    page_done(view);
    return entry;
}

ListEntry directory_entry(Relation index, const Cache *cache, uint32 list, float *c)
{
    const RecordShape &shape = cache->shape.entry;
    auto *record = allocate<char>(shape.bytes);
    const uint32 id = directory_page(cache, list) * shape.per_page + list % shape.per_page;
    record_read(index, shape, id, record);
    const ListEntry entry = *reinterpret_cast<const ListEntry *>(record);
    decode_centroid(reinterpret_cast<const uint16 *>(record + sizeof(ListEntry)), cache->shape.d,
                    c);
    pfree(record);
    return entry;
}

bool directory_extend(Relation index, const Cache *cache, uint32 lists, WhenFull when_full)
{
    return page_of(index, cache, lists - 1, when_full) != InvalidBlockNumber;
}

BlockNumber directory_add(Relation index, const Cache *cache, uint32 list, uint32 head,
                          uint32 epoch, uint32 rows, const float *centroid)
{
    const Shape shape = cache->shape;
    const BlockNumber first = page_of(index, cache, list, WhenFull::kFail);
    char *image = allocate<char>(shape.entry.bytes);
    fill_entry(&shape, head, epoch, rows, centroid, image);
    const LockedRecord record = record_lock(index, shape.entry, first);
    record_write_tail(index, record, shape.entry, image);
    PageEdit edit = edit_begin(index);
    memcpy(entry_at(edit_page(&edit, record.pages[0]), shape, list), image,
           part_bytes(shape.entry, 0));
    edit_finish(&edit);
    record_unlock(record);
    pfree(image);
    return first;
}

void directory_replace(Relation index, const Cache *cache, const ListChange &change)
{
    const Shape &shape = cache->shape;
    Assert(change.centroid == nullptr || shape.entry.span == 1);
    const Buffer directory = page_lock(index, directory_page(cache, change.list), kPageDirectory);
    const Buffer meta = page_lock(index, kMetaPage, kPageMeta);
    PageEdit edit = edit_begin(index);
    ListEntry *entry = entry_at(edit_page(&edit, directory), shape, change.list);
    if (change.centroid != nullptr)
        fill_entry(&shape, change.head, entry->epoch + 1, change.rows, change.centroid,
                   reinterpret_cast<char *>(entry));
    else
        *entry = {change.head, entry->epoch + 1, change.rows, entry->norm2};
    MetaPage *m = metapage_of(edit_page(&edit, meta));
    m->generation++;
    if (change.directory_last != InvalidBlockNumber)
        m->directory_last = change.directory_last;
    if (change.mean_residual2 > 0) {
        m->mean_residual2 = change.mean_residual2;
        m->trained_lists = change.lists;
        m->trained_rows = rows_now(*m);
        m->rule = ann::default_rule(change.lists);
        m->rule.scale = change.mean_residual2;
        m->measured_rows = 0;
    }
    m->lists = change.lists;
    edit_finish(&edit);
    UnlockReleaseBuffer(meta);
    UnlockReleaseBuffer(directory);
}

void directory_count(Relation index, const Cache *cache, uint32 list, uint32 rows)
{
    const Buffer directory = page_lock(index, directory_page(cache, list), kPageDirectory);
    PageEdit edit = edit_begin(index);
    entry_at(edit_page(&edit, directory), cache->shape, list)->rows = rows;
    edit_finish(&edit);
    UnlockReleaseBuffer(directory);
}

} // namespace sbert::ivf
