// Records one after another on new pages at the end of a fork, without WAL: for builds, which log
// the whole fork at their end. Nobody else may extend the fork meanwhile.
//
//   PageWriter *writer = page_writer_begin(...);
//   (page_writer_record(writer, &id), fill it in)*
//   page_writer_end(writer);
#pragma once

#include "extension/storage/record.h"

namespace sbert {

struct PageWriter {
    Relation index;
    ForkNumber fork;
    RecordShape shape;
    bool chained;      // PageTrailer::next tells the order of the pages
    char *payload;     // of the page (or of the record that spans pages) being filled
    uint32 used;       // records in it
    BlockNumber blkno; // where it will lie
    BlockNumber last;  // first page of the record or page written last, or InvalidBlockNumber
};

// In the current memory context.
PageWriter *page_writer_begin(Relation index, ForkNumber fork, const RecordShape &shape,
                              bool chained = false);
// The id that the next record will have.
uint32 page_writer_next_id(const PageWriter *writer);
// The next record, all zeros; to be filled in before the next call.
char *page_writer_record(PageWriter *writer, uint32 *id);
// Whether the page has space for another record.
bool page_writer_has_space(const PageWriter *writer);
// Writes what is left and frees the writer. Returns `last`.
BlockNumber page_writer_end(PageWriter *writer);

} // namespace sbert
