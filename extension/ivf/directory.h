// The directory as the writing verbs change it: entries added out of sight, a list's chain and
// centroid replaced, the number of lists raised.
//
// The pages of the directory form a chain by their trailers, in order; of an entry that spans
// several, the first one is in it and the others lie behind it. Entries from MetaPage::lists on do
// not count.
#pragma once

#include "extension/ivf/cache.h"

namespace sbert::ivf {

// First page of a list's entry. REQUIRES list < cache->lists
BlockNumber directory_page(const Cache *cache, uint32 list);

// The header of an entry as of now. REQUIRES list < cache->lists
ListEntry directory_header(Relation index, const Cache *cache, uint32 list);
// The whole entry, its centroid decoded into c (d).
ListEntry directory_entry(Relation index, const Cache *cache, uint32 list, float *c);

// Adds pages for entries up to number `lists` - 1, out of sight. False: the disk is full. REQUIRES
// kGrowLock, and no lock of a page
bool directory_extend(Relation index, const Cache *cache, uint32 lists, WhenFull when_full);

// Writes entry number `list` >= cache->lists, which stays out of sight. REQUIRES kGrowLock; entries
// are added in order; the centroid is rounded (centroid.h). Returns the entry's page.
BlockNumber directory_add(Relation index, const Cache *cache, uint32 list, uint32 head,
                          uint32 epoch, uint32 rows, const float *centroid);

// The record that makes a change count: the list gets its new chain (and centroid, unless null; not
// for entries that span pages), further lists come in sight, the generation rises.
struct ListChange {
    uint32 list;
    uint32 head, rows;
    const float *centroid;      // (d) rounded, or null
    uint32 lists;               // of the index from now on
    BlockNumber directory_last; // from now on, or InvalidBlockNumber: stays
    float mean_residual2;       // of the first lists; 0: stays
};
// REQUIRES kGrowLock, and an Exclusive lock of the list.
void directory_replace(Relation index, const Cache *cache, const ListChange &change);

// Roughly how many rows the list has.
void directory_count(Relation index, const Cache *cache, uint32 list, uint32 rows);

} // namespace sbert::ivf
