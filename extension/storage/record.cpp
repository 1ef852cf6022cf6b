#include "extension/pg.h"

#include "extension/storage/record.h"

namespace sbert {

RecordShape record_shape(uint16 kind, Size bytes)
{
    const Size aligned = MAXALIGN(bytes);
    return {kind, static_cast<uint32>(aligned),
            static_cast<uint32>(std::max<Size>(kPagePayload / aligned, 1)),
            static_cast<uint32>((aligned + kPagePayload - 1) / kPagePayload)};
}

void record_check(Relation index, Page page, BlockNumber blkno, uint32 span, uint32 i)
{
    if (span > 1 && (page_trailer(page)->next == kTailPage) != (i > 0))
        report_damage(index, "has a record that spans other pages at block %u", blkno);
}

void record_read(Relation index, const RecordShape &shape, uint32 id, char *bytes,
                 Snapshot snapshot)
{
    const BlockNumber first = record_page(shape, id);
    for (uint32 i = 0; i < shape.span; i++) {
        const PageView view = page_read(index, MAIN_FORKNUM, first + i, shape.kind, nullptr);
        record_check(index, view.page, first + i, shape.span, i);
        check_old_snapshot(snapshot, index, view.page);
        memcpy(bytes + i * kPagePayload, record_at(view.page, shape, id), part_bytes(shape, i));
        page_done(view);
    }
}

LockedRecord record_lock(Relation index, const RecordShape &shape, BlockNumber first)
{
    LockedRecord record = {{}, shape.span};
    for (uint32 i = 0; i < shape.span; i++) {
        record.pages[i] = page_lock(index, first + i, shape.kind);
        record_check(index, BufferGetPage(record.pages[i]), first + i, shape.span, i);
    }
    return record;
}

void record_unlock(const LockedRecord &record)
{
    for (uint32 i = 0; i < record.span; i++)
        UnlockReleaseBuffer(record.pages[i]);
}

bool record_extend(Relation index, const RecordShape &shape, WhenFull when_full,
                   LockedRecord *record)
{
    *record = {{}, shape.span};
    if (when_full == WhenFull::kFail)
        pages_extend(index, MAIN_FORKNUM, shape.span, record->pages);
    else if (!pages_try_extend(index, shape.span, record->pages))
        return false;
    for (uint32 i = 1; i < shape.span; i++) {
        PageEdit edit = edit_begin(index);
        page_trailer(edit_new_page(&edit, record->pages[i], shape.kind))->next = kTailPage;
        edit_finish(&edit);
    }
    return true;
}

void record_write_tail(Relation index, const LockedRecord &record, const RecordShape &shape,
                       const char *bytes)
{
    for (uint32 i = 1; i < record.span; i++) {
        PageEdit edit = edit_begin(index);
        memcpy(page_payload(edit_page(&edit, record.pages[i])), bytes + i * kPagePayload,
               part_bytes(shape, i));
        edit_finish(&edit);
    }
}

} // namespace sbert
