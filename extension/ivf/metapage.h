// Block 0 of an index.
#pragma once

#include "extension/ivf/disk.h"

namespace sbert::ivf {

// The metapage's contents; errors on what is not of this version or cannot be, with the hint
// REINDEX.
MetaPage read_metapage(Relation index);

// Of a page that holds it.
inline MetaPage *metapage_of(Page page) { return reinterpret_cast<MetaPage *>(page_payload(page)); }

// Rows of the index, roughly.
inline uint64 rows_now(const MetaPage &meta) { return meta.rows + meta.inserted; }

// The heavyweight page lock (README: order of locks) of whoever replaces chains or frees rows:
// splits and vacuum. A list is locked by its number, and no list has this one.
inline constexpr BlockNumber kGrowLock = 0xFFFFFFFE;

} // namespace sbert::ivf
