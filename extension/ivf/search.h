// The search over an index for one query: lists are probed in order, their rows estimated,
// candidates reranked. Not the access method's calls (scan.h), nor when a search is repeated for a
// greater k (rounds.h).
//
// Life of a Search:
//   search_make                                            once
//   (search_query | search_row | search_without_query)     for each query
//   run | open, list by list, rerank | begin, page by page (rerank_page)
//                                                  any number of times; hits stay until the next
// Between search_begin() or search_open() and the end of the step no code may run that processes
// invalidations: the cache is the relation cache's. After kSearchStale: search_open() again.
#pragma once

#include "extension/ivf/search_state.h"

namespace sbert::ivf {

enum SearchOutcome { kSearchDone, kSearchStale };

// In the current memory context.
Search *search_make(Relation index);
// The query for what follows: a value of the indexed type, not null and detoasted. False where
// nothing is indexed that could be near it (a zero vector under cosine): it has no query then.
bool search_query(Search *search, Datum value);
// The same for the vector of a row, as rows_read_kept() reads it.
void search_row(Search *search, const float *row);
// Every row is as near as any.
void search_without_query(Search *search);

// Fetches the cache and forgets candidates and hits: enough for rerank_page().
void search_begin(Search *search);
// The same, and orders the lists.
//   cutoffs  number of heaps;  k of each, ascending; 0: everything is kept
void search_open(Search *search, const uint32 *k, int cutoffs);
// The next list in the order, or ann::kNoList; search_peek leaves it there.
uint32 search_peek(Search *search);
uint32 search_take(Search *search);
// Scans a list that search_take gave, or any where there is no query. kSearchStale: its chain was
// replaced meanwhile.
SearchOutcome search_probe(Search *search, uint32 list);
// How far the search is, as the stop rule wants it, if `next` comes next; `top` one of its heaps.
// REQUIRES a list was probed
ann::Progress search_progress(const Search *search, const ann::TopK *top, uint32 next);
// Reranks what may be among the first k of the last heap; the hits.
void search_rerank(Search *search, uint32 k);
// open, lists until enough, rerank: starts again when a chain was replaced.
//   REQUIRES k >= 1, target_recall < 1
void search_run(Search *search, uint32 k, float target_recall);

} // namespace sbert::ivf
