// Row pages as the writing verbs use them: a page with a free slot, a row read back.
//
// Pages with free slots form a chain from MetaPage::row_page through their trailers; the last one
// has kLastPage (or, from a build, no next; free_blocks.h). Only an insert that finds the head full
// takes it off; only vacuum puts pages in front.
#pragma once

#include "extension/ivf/disk.h"
#include "extension/ivf/prepare.h"

namespace sbert::ivf {

// The head of the chain, which had a free slot a moment ago. Takes full pages off the
// chain, extends the file.
BlockNumber rows_page_with_free_slot(Relation index, const Shape &shape);

// Number of a free slot of this page, or -1.
int rows_free_slot(Page page, const Shape &shape);
int rows_count_free(Page page, const Shape &shape);

// The row's vector, prepared (prepare.h); false unless it is live.
//   x  (d);  tid (out) or null;  scratch: row_bytes
bool rows_read(Relation index, const Preparation *preparation, const Shape &shape, uint32 row,
               char *scratch, float *x, ItemPointer tid = nullptr);
// The same as it is kept: with 32 bits as it was given.
bool rows_read_kept(Relation index, const Shape &shape, uint32 row, char *scratch, float *x,
                    ItemPointer tid = nullptr);

// ERRCODE_INDEX_CORRUPTED where the table is not so long: of a damaged row. What is on the page
// then is for the table to say.
void rows_check_tid(Relation index, Relation table, const ItemPointerData *tid);

} // namespace sbert::ivf
