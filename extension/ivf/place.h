// Where records lie on pages, and the metapage. Arithmetic and short steps that the writing verbs
// share.
#pragma once

#include "extension/ivf/metapage.h"

namespace sbert::ivf {

// Heavyweight page locks (README: order of locks). A list is locked by its number; training, splits
// and vacuum by this one, which no list has.
inline constexpr BlockNumber kGrowLock = 0xFFFFFFFE;

// Blocks of a page at one dimension, and more.
inline constexpr uint32 kMaxBlocksPerPage = 64;

// The most pages that a record may span: 16,000 dimensions of 32 bits are eight.
inline constexpr uint32 kMaxSpan = 8;
static_assert(kMaxSpan * kPagePayload >= 16000 * sizeof(float) + sizeof(Row));

inline BlockNumber block_page(const Shape &shape, uint32 id) { return id / shape.blocks_per_page; }
inline ListBlock *block_at(Page page, const Shape &shape, uint32 id)
{
    return reinterpret_cast<ListBlock *>(page_payload(page) +
                                         Size{id % shape.blocks_per_page} * shape.block_bytes);
}
inline BlockNumber row_page(const Shape &shape, uint32 id) { return id / shape.rows_per_page; }
inline Row *row_at(Page page, const Shape &shape, uint32 id)
{
    return reinterpret_cast<Row *>(page_payload(page) +
                                   Size{id % shape.rows_per_page} * shape.row_bytes);
}

inline MetaPage meta_copy(Relation index) { return read_metapage(index); }

// Rows of the index, roughly.
inline uint64 rows_now(const MetaPage &meta) { return meta.rows + meta.inserted; }

// The part of a record that lies on its page number `i`.
inline Size part_bytes(Size record_bytes, uint32 i)
{
    const Size from = Size{i} * kPagePayload;
    return record_bytes - from < kPagePayload ? record_bytes - from : kPagePayload;
}

// ERRCODE_INDEX_CORRUPTED unless the page is what it must be as number `i` of a record: so no two
// records of a damaged index overlap, and nobody waits for a page that he has locked himself.
// REQUIRES a page that is not new.
void record_check(Relation index, Page page, BlockNumber blkno, uint32 span, uint32 i);

// Pages of one record: pinned and exclusively locked, ascending.
struct LockedRecord {
    Buffer pages[kMaxSpan];
    uint32 span;
};
LockedRecord record_lock(Relation index, BlockNumber first, uint32 span, uint16 kind);
void record_unlock(const LockedRecord &record);

// New pages for one record at the end of the file, the pages after the first initialised and
// logged; the first is all zeros still, and nobody knows it. All locked.
LockedRecord record_extend(Relation index, uint32 span, uint16 kind);
// The same; false where the disk is full. REQUIRES no lock of a page.
bool record_try_extend(Relation index, uint32 span, uint16 kind, LockedRecord *record);

// What comes of a step that needs new pages when the disk is full: an error, which an insert ends
// in; or nothing, because VACUUM must end well, and has other things to do.
enum class WhenFull { kFail, kGiveUp };

// Writes bytes into the pages after the first, each a WAL record of its own: nothing of them counts
// until the first page says so.
void record_write_tail(Relation index, const LockedRecord &record, const char *bytes,
                       Size record_bytes);

// Reads a record that spans pages into `bytes`, one page at a time.
void record_gather(Relation index, BlockNumber first, uint32 span, uint16 kind, Size record_bytes,
                   BufferAccessStrategy strategy, char *bytes);

} // namespace sbert::ivf
