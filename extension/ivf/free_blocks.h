// List pages with free blocks. They form a chain from the page of MetaPage::free_block through
// their trailers; the last one has kLastPage (or, from a build, no next).
//
// Whoever needs blocks takes a page of about kOwnBlocks free ones off the chain, or a new one, and
// puts all it needs on it, so that a list's blocks lie side by side; what is left of the page is
// found again by the same list. Pages with more free blocks than that serve several lists. Pages
// come back to the chain when blocks on them are freed. A page that is mostly free and in no chain
// is what a crash, or a page taken in failed, leaves: vacuum puts it back.
#pragma once

#include "extension/ivf/disk.h"

namespace sbert::ivf {

inline constexpr uint32 kOwnBlocks = 8;
// A page with free blocks. InvalidBlockNumber: there is none, the disk is full, and that is no
// error. REQUIRES no lock of a page
BlockNumber free_take_page(Relation index, const Shape &shape, WhenFull when_full);
// Whether the chain has so many free blocks, now.
bool free_has(Relation index, const Shape &shape, uint64 wanted);

// A free block on this page, or kNone.
uint32 free_block_on(Page page, const Shape &shape, BlockNumber blkno);
uint32 free_count(Page page, const Shape &shape);

// Gives blocks back. REQUIRES kGrowLock; nothing refers to them; sorted ascending.
void free_blocks(Relation index, const Shape &shape, const uint32 *blocks, uint64 n);

// Puts a page that is in no chain into it, if most of its blocks are free. REQUIRES kGrowLock
void free_put_page(Relation index, const Shape &shape, BlockNumber blkno);

// Chains of pages with free slots: row pages have one too.
inline constexpr uint32 kLastPage = 0; // of a trailer's next: block 0 is neither
inline bool is_last_page(uint32 next) { return next == kLastPage || next == InvalidBlockNumber; }
// A head that a build has left says by an invalid `next` that it is the last. Before others are put
// in front of it, that must be told from a page that is in no chain. REQUIRES kGrowLock
void close_chain(Relation index, PageKind kind, BlockNumber head);

} // namespace sbert::ivf
