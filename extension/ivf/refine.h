// Refining: rows' own codes read from row pages, keys and certain bounds made of them.
#pragma once

#include "extension/ivf/search.h"

namespace sbert::ivf {

// Appends a hit for each candidate whose row is live. REQUIRES candidates sorted by row.
void refine(Search *search, const ann::Candidate *candidates, Size n);

} // namespace sbert::ivf
