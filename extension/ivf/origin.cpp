// The origin's record. It is written once, before anything refers to it: the record that names it
// in the metapage comes last, so that a crash leaves pages that nobody knows.
#include <cmath>

#include "extension/pg.h"

#include "extension/ivf/memory.h"
#include "extension/ivf/metapage.h"
#include "extension/ivf/origin.h"
#include "extension/storage/page_writer.h"

namespace sbert::ivf {

void origin_read(Relation index, const Shape &shape, const MetaPage *meta, float *origin)
{
    memset(origin, 0, shape.d * sizeof(float));
    if (meta->origin == kNone)
        return;
    auto *record = allocate<char>(shape.origin.bytes);
    record_read(index, shape.origin, meta->origin, record);
    memcpy(origin, record, shape.d * sizeof(float));
    pfree(record);
    for (uint32 i = 0; i < shape.d; i++)
        if (!std::isfinite(origin[i]))
            report_damage(index, "has a damaged origin");
}

BlockNumber origin_write(Relation index, const Shape &shape, const float *origin)
{
    PageWriter *writer = page_writer_begin(index, MAIN_FORKNUM, shape.origin);
    uint32 id;
    memcpy(page_writer_record(writer, &id), origin, shape.d * sizeof(float));
    return page_writer_end(writer);
}

void origin_set(Relation index, const Shape &shape, const float *origin)
{
    auto *record = allocate_zero<char>(shape.origin.bytes);
    memcpy(record, origin, shape.d * sizeof(float));
    const Buffer buffer = page_lock(index, kMetaPage, kPageMeta);
    if (metapage_of(BufferGetPage(buffer))->origin == kNone) {
        LockedRecord pages;
        record_extend(index, shape.origin, WhenFull::kFail, &pages);
        record_write_tail(index, pages, shape.origin, record);
        PageEdit edit = edit_begin(index);
        memcpy(page_payload(edit_new_page(&edit, pages.pages[0], kPageOrigin)), record,
               part_bytes(shape.origin, 0));
        MetaPage *meta = metapage_of(edit_page(&edit, buffer));
        meta->origin = BufferGetBlockNumber(pages.pages[0]);
        meta->generation++;
        edit_finish(&edit);
        record_unlock(pages);
    }
    UnlockReleaseBuffer(buffer);
    pfree(record);
}

} // namespace sbert::ivf
