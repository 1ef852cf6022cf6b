// Scanning a list: an estimate for each of its rows by its 1-bit code, kept as a candidate where it
// may be near. A list's pages are read one at a time, pinned and share-locked.
#pragma once

#include "extension/ivf/search_state.h"

namespace sbert::ivf {

// Estimates all rows of a list into the candidates. False when its chain was replaced meanwhile.
bool scan_list(Search *search, uint32 list);
// Has the first page of a list that may be next on its way; one while another is scanned.
void prefetch_list(Search *search, uint32 list);
// Lets go of what was prefetched. Whoever prefetched calls it before he returns to the server.
void prefetch_end(Search *search);
// Above this a candidate is not among the first k.
float candidate_threshold(const Search *search);

} // namespace sbert::ivf
