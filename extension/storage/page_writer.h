// Records one after another on new pages at the end of a fork, without WAL: for builds, which log
// the whole fork at their end. Nobody else may extend the fork meanwhile.
//
//   PageWriter *writer = page_writer_begin(...);
//   (page_writer_record(writer, &id), fill it in)*
//   page_writer_end(writer);
#pragma once

#include "extension/storage/page.h"

namespace sbert {

struct RecordShape {
    uint16 kind; // of the pages
    uint32 bytes, per_page;
    uint32 span;  // pages of one record: per_page is 1 then
    bool chained; // pages by their order (PageTrailer::next)
};

struct PageWriter {
    Relation index;
    ForkNumber fork;
    RecordShape shape;
    char *payload;     // of the page (or of the record that spans pages) being filled
    uint32 used;       // records in it
    BlockNumber blkno; // where it will lie
    BlockNumber last;  // first page of the record or page written last, or InvalidBlockNumber
};

// In the current memory context.
PageWriter *page_writer_begin(Relation index, ForkNumber fork, RecordShape shape);
// The id that the next record will have: block * per_page + place on the page.
uint32 page_writer_next_id(const PageWriter *writer);
// The next record, all zeros; to be filled in before the next call.
char *page_writer_record(PageWriter *writer, uint32 *id);
// Whether the page has room for another record.
bool page_writer_has_room(const PageWriter *writer);
// Writes what is left and frees the writer. Returns `last`.
BlockNumber page_writer_end(PageWriter *writer);

} // namespace sbert
