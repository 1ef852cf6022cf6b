// Chains of blocks: walking, growing by an empty block, writing a new chain, freeing an old one.
//
// A chain grows behind its first block under a Share lock of the list; blocks leave it only when
// the whole chain is replaced, under an Exclusive one and kGrowLock (metapage.h).
#pragma once

#include "extension/ivf/cache.h"
#include "extension/ivf/row_codes.h"

namespace sbert::ivf {

// ERRCODE_INDEX_CORRUPTED: a block that is not of this chain, or for a second time.
[[noreturn]] void report_chain(Relation index, uint32 list, uint32 id);

// Searches the chain for a block with a free slot, at most `most` blocks.
struct ChainSearch {
    uint32 block;  // or kNone
    uint32 second; // block of the chain, or kNone
    uint32 blocks; // searched
};
ChainSearch chain_find_free_slot(Relation index, const Shape &shape, uint32 list, uint32 head,
                                 uint32 most);

// Links an empty block behind the head, or as the head of an empty list (this raises the
// generation). REQUIRES a lock of the list. The directory page is locked only for an empty list.
//   second  block of the chain, where known: free blocks are searched beside it
void chain_grow(Relation index, const Cache *cache, uint32 list, ListEntry entry, uint32 second);

// What a chain holds.
struct Chain {
    uint32 *blocks; // ids, in the current memory context
    uint64 n_blocks;
    uint64 n_pages; // going from one block to the next
    uint32 *rows;   // of used slots, in the order of the chain; null unless wanted
    uint64 n_rows;
};
// REQUIRES kGrowLock or a lock of the list.
Chain chain_read(Relation index, const Shape &shape, uint32 list, ListEntry entry, bool rows);

// Writes a chain that nothing refers to yet, from its last block to its first. Slots are filled
// one after another.
struct ChainWriter {
    Relation index;
    const Shape *shape;
    uint32 list, epoch;
    WhenFull when_full;
    bool full;        // gave up: rows are missing
    BlockNumber page; // where blocks go while any is free
    uint32 head;      // block written last, or kNone
    uint32 rows;
    int filled;  // slots of `image`
    char *image; // the next block
    uint8 *code; // scratch: one row's
};
//   page  of another writer that has ended, or InvalidBlockNumber: its own
void writer_start(ChainWriter *writer, Relation index, const Shape *shape, uint32 list,
                  uint32 epoch, BlockNumber page, WhenFull when_full);
// A row into the next slot: by its code, or copied from a slot of another block.
void writer_add(ChainWriter *writer, ann::RowFactors factors, uint32 row, const uint8 *code);
void writer_copy(ChainWriter *writer, const ListBlock *block, int slot);
// Head and rows are valid then. False: the disk is full, and `head` is to be discarded.
bool writer_finish(ChainWriter *writer);

// The blocks of a chain that nothing refers to any more, or yet, become free. REQUIRES kGrowLock
void chain_free(Relation index, const Shape &shape, const Chain &chain);
void chain_discard(Relation index, const Shape &shape, uint32 list, uint32 head, uint32 epoch);

} // namespace sbert::ivf
