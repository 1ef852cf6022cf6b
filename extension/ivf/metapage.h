// Block 0 of an index.
#pragma once

#include "extension/ivf/ivf.h"

namespace sbert::ivf {

// The metapage's contents; errors on what is not of this version or cannot be, with the hint
// REINDEX.
MetaPage read_metapage(Relation index);

// Of a page that holds it.
inline MetaPage *metapage_of(Page page) { return reinterpret_cast<MetaPage *>(page_payload(page)); }

} // namespace sbert::ivf
