// Reranking: rows' own codes read from row pages, keys and certain bounds made of them.
#pragma once

#include "extension/ivf/search_state.h"

namespace sbert::ivf {

// Appends a hit for each candidate whose row is live. REQUIRES candidates sorted by row.
void rerank(Search *search, const ann::Candidate *candidates, Size n);
// Appends the hits of all live rows on a page; none where it holds no rows. Whoever goes over all
// pages sees every row that was there when he began, once.
//   strategy  for the page's buffer, or null
void rerank_page(Search *search, BlockNumber blkno, BufferAccessStrategy strategy);

} // namespace sbert::ivf
