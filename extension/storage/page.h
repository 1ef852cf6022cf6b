// Pages of our indexes: the only code that reads, locks, extends and WAL-logs them, so that an
// access method names what it wants and not how.
//
// A record larger than a page lies on `span` consecutive pages. All changes after the build go
// through a PageEdit (generic WAL); the build writes pages without WAL and logs the whole fork at
// its end. Errors: ERRCODE_INDEX_CORRUPTED with the hint REINDEX for a page that is not what it
// should be, or not there.
#pragma once

#include "extension/pg.h"

namespace sbert {

// The special area of every page.
struct PageTrailer {
    uint16 kind;  // of the access method; never 0
    uint16 magic; // kPageMagic
    uint32 next;  // a chain of the access method, or InvalidBlockNumber
};
inline constexpr uint16 kPageMagic = 0x5b31;
// In `next` of a page that is not the first of a record that spans pages: whoever goes over all
// pages must not take its bytes for records.
inline constexpr uint32 kTailPage = 0xFFFFFFFE;
// Bytes of a page that a method may use, from PageGetContents().
inline constexpr Size kPagePayload =
    BLCKSZ - MAXALIGN(SizeOfPageHeaderData) - MAXALIGN(sizeof(PageTrailer));

// ERRCODE_INDEX_CORRUPTED with the hint REINDEX. The message begins with the index's name; `what`
// goes on, as printf takes it. Does not return.
[[noreturn]] void report_damage(Relation index, const char *what, ...) pg_attribute_printf(2, 3);

// Zeroes it; pd_lower = pd_upper: nothing is left out of WAL.
void page_init(Page page, uint16 kind);
inline PageTrailer *page_trailer(Page page)
{
    return reinterpret_cast<PageTrailer *>(PageGetSpecialPointer(page));
}
inline char *page_payload(Page page) { return PageGetContents(page); }

// Whether the fork is so long. Costs nothing where this backend knows that it is.
bool page_exists(Relation index, ForkNumber fork, BlockNumber blkno);
// How many pages one process may have pinned at a time, at most `wanted`: its share of the buffers,
// as the server's own bulk operations count it; one at least.
uint32 pages_to_pin(uint32 wanted);

// Shared access to one page: pinned and share-locked until page_done(). An all-zero page or one of
// another kind is an error, unless `kind` is 0 (then all-zero pages come back too: PageIsNew).
struct PageView {
    Buffer buffer;
    Page page;
};
PageView page_read(Relation index, ForkNumber fork, BlockNumber blkno, uint16 kind,
                   BufferAccessStrategy strategy);
void page_done(PageView view);
// The same in two steps, to have the page's memory on its way while others are worked on: the pin
// with the page's ends prefetched; then the lock. ReleaseBuffer() for a pin that is not wanted.
Buffer page_pin(Relation index, BlockNumber blkno); // of the main fork
PageView page_share(Relation index, Buffer pinned, BlockNumber blkno, uint16 kind);

// One WAL record over at most 4 pages. Order of locks: README of the access method.
//   PageEdit edit = edit_begin(index);
//   Page a = edit_page(&edit, buffer_a);   // an exclusively locked buffer; the copy to modify
//   edit_finish(&edit);                    // locks stay with the caller
struct PageEdit {
    Relation index;
    GenericXLogState *state;
};
PageEdit edit_begin(Relation index);
Page edit_page(PageEdit *edit, Buffer buffer);
Page edit_new_page(PageEdit *edit, Buffer buffer, uint16 kind); // full image, initialised
void edit_finish(PageEdit *edit);

// Pinned, exclusive.
Buffer page_lock(Relation index, BlockNumber blkno, uint16 kind,
                 BufferAccessStrategy strategy = nullptr);

// `span` new consecutive pages at the end of the fork, each pinned and exclusively locked, buffers
// in `out`; all-zero until the caller logs them.
void pages_extend(Relation index, ForkNumber fork, uint32 span, Buffer *out);
// The same at the end of the main fork; false where the disk is full (pages of zeros may be left
// there). REQUIRES no lock of a page: nothing is cleaned up when the server reports that.
bool pages_try_extend(Relation index, uint32 span, Buffer *out);

} // namespace sbert
