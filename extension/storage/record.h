// Records of an index: several to a page in slots, or one that spans consecutive pages.
//
// A record that spans pages has its header and first bytes on the first one, which is written last
// and makes it live. The others are marked by kTailPage, so that whoever goes over all pages does
// not take their bytes for records.
#pragma once

#include <algorithm>

#include "extension/storage/page.h"

namespace sbert {

// The most pages that a record may span.
inline constexpr uint32 kMaxSpan = 8;

struct RecordShape {
    uint16 kind; // of the pages
    uint32 bytes, per_page;
    uint32 span; // pages of one record: per_page is 1 then
};
// Records of `bytes` bytes, aligned for 8-byte fields.
RecordShape record_shape(uint16 kind, Size bytes);

// The id of a record is its page * per_page + its slot.
inline BlockNumber record_page(const RecordShape &shape, uint32 id) { return id / shape.per_page; }
inline char *record_at(Page page, const RecordShape &shape, uint32 id)
{
    return page_payload(page) + Size{id % shape.per_page} * shape.bytes;
}
// Whether the page is of this kind and records begin on it.
inline bool holds_records(Page page, uint16 kind)
{
    return !PageIsNew(page) && page_trailer(page)->kind == kind &&
           page_trailer(page)->next != kTailPage;
}
// The part of a record that lies on its page number `i`.
inline Size part_bytes(const RecordShape &shape, uint32 i)
{
    return std::min(shape.bytes - Size{i} * kPagePayload, kPagePayload);
}

// ERRCODE_INDEX_CORRUPTED unless the page is what it must be as number `i` of a record: so no two
// records of a damaged index overlap, and nobody waits for a page that he has locked himself.
// REQUIRES a page that is not new.
void record_check(Relation index, Page page, BlockNumber blkno, uint32 span, uint32 i);

// Copies a record into `bytes`, one page locked at a time.
//   snapshot  that the record is read for, which may be too old for it; or null
void record_read(Relation index, const RecordShape &shape, uint32 id, char *bytes,
                 Snapshot snapshot = nullptr);

// Pages of one record: pinned and exclusively locked, ascending.
struct LockedRecord {
    Buffer pages[kMaxSpan];
    uint32 span;
};
LockedRecord record_lock(Relation index, const RecordShape &shape, BlockNumber first);
void record_unlock(const LockedRecord &record);

// What comes of a step that needs new pages when the disk is full: an error, which an insert ends
// in; or nothing, because VACUUM must end well, and has other things to do.
enum class WhenFull { kFail, kGiveUp };

// New pages for one record at the end of the file, the pages after the first initialised and
// logged; the first is all zeros still, and nobody knows it. All locked. False: the disk is full
// (kGiveUp, which REQUIRES no lock of a page).
bool record_extend(Relation index, const RecordShape &shape, WhenFull when_full,
                   LockedRecord *record);

// Writes bytes into the pages after the first, each a WAL record of its own: nothing of them counts
// until the first page says so.
void record_write_tail(Relation index, const LockedRecord &record, const RecordShape &shape,
                       const char *bytes);

} // namespace sbert
