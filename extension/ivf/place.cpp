// Records that span pages.
#include "extension/pg.h"

#include "extension/ivf/place.h"

namespace sbert::ivf {

void record_check(Relation index, Page page, BlockNumber blkno, uint32 span, uint32 i)
{
    if (span > 1 && (page_trailer(page)->next == kTailPage) != (i > 0))
        report_damage(index, "has a record that spans other pages at block %u", blkno);
}

LockedRecord record_lock(Relation index, BlockNumber first, uint32 span, uint16 kind)
{
    LockedRecord record = {{}, span};
    for (uint32 i = 0; i < span; i++) {
        record.pages[i] = page_lock(index, first + i, kind);
        record_check(index, BufferGetPage(record.pages[i]), first + i, span, i);
    }
    return record;
}

void record_unlock(const LockedRecord &record)
{
    for (uint32 i = 0; i < record.span; i++)
        UnlockReleaseBuffer(record.pages[i]);
}

namespace {

void start_tail(Relation index, const LockedRecord &record, uint16 kind)
{
    for (uint32 i = 1; i < record.span; i++) {
        PageEdit edit = edit_begin(index);
        page_trailer(edit_new_page(&edit, record.pages[i], kind))->next = kTailPage;
        edit_finish(&edit);
    }
}

} // namespace

LockedRecord record_extend(Relation index, uint32 span, uint16 kind)
{
    LockedRecord record = {{}, span};
    pages_extend(index, MAIN_FORKNUM, static_cast<int>(span), record.pages);
    start_tail(index, record, kind);
    return record;
}

bool record_try_extend(Relation index, uint32 span, uint16 kind, LockedRecord *record)
{
    *record = {{}, span};
    if (!pages_try_extend(index, span, record->pages))
        return false;
    start_tail(index, *record, kind);
    return true;
}

void record_write_tail(Relation index, const LockedRecord &record, const char *bytes,
                       Size record_bytes)
{
    for (uint32 i = 1; i < record.span; i++) {
        PageEdit edit = edit_begin(index);
        memcpy(page_payload(edit_page(&edit, record.pages[i])), bytes + i * kPagePayload,
               part_bytes(record_bytes, i));
        edit_finish(&edit);
    }
}

void record_gather(Relation index, BlockNumber first, uint32 span, uint16 kind, Size record_bytes,
                   BufferAccessStrategy strategy, char *bytes)
{
    for (uint32 i = 0; i < span; i++) {
        const PageView view = page_read(index, MAIN_FORKNUM, first + i, kind, strategy);
        record_check(index, view.page, first + i, span, i);
        memcpy(bytes + i * kPagePayload, page_payload(view.page), part_bytes(record_bytes, i));
        page_done(view);
    }
}

} // namespace sbert::ivf
