// The search over the pages of an index for one query: lists are taken in order, rows estimated,
// candidates refined. Not the access method's calls (scan.cpp), nor when a search is repeated for a
// greater k.
//
// Life of a Search:
//   search_make                                   once
//   (search_query | search_row | search_blind)    for each query
//   run | open, list by list, refine | begin, page by page
//                                                 any number of times; hits stay until the next
// Between search_begin() or search_open() and the end of the step no code may run that processes
// invalidations: the cache is the relation cache's. After kSearchStale: search_open() again.
#pragma once

#include "extension/ann/candidates.h"
#include "extension/ivf/ivf.h"
#include "extension/storage/page.h"

#include "encoder/kernels/binary_codes.h"

namespace sbert::ivf {

// What a search read, for sbert.last_scan().
struct SearchCounters {
    int64 lists, looked_at, refined, pages;
};

// A refined row.
struct Hit {
    float bound; // certain: the true key is not below it; -infinity where nothing is certain
    float key;   // of the decoded row
    uint32 row;
    uint32 step; // lists seen when it was found
    ItemPointerData tid;
};

struct Search {
    MemoryContext context; // of everything below
    Relation index;
    const TypeSupport *type;
    const Cache *cache; // since search_open()
    SearchCounters counters;

    // The query, as prepare.h has it.
    float *given;      // (d) as it was given, or of a row as it is known
    float *q;          // (d)
    double norm, sum;  // |q'|; of its elements
    double given_norm; // |q|
    float noise;       // what the operator's floats are likely to change a key by
    double shift;      // <q, o>: keys are -<q', x'> less this; not in estimates and bases
    bool centred;      // q was made with the index's origin
    Snapshot snapshot; // of the scan, or null
    bool blind;        // no query: every row is as near as any
    bool out_of_range; // a query so long or short that the operator's floats leave their range
    uint8 *table;      // the look-up table
    kernels::Lookup lookup;
    Size d;   // that the buffers were made for
    int bits; // of a row's codes

    // The lists.
    float *estimates; // of the bases, of all lists
    float *far2,
        *bases; // |q' - c|^2 and base, of the lists that an instalment of the order brought
    uint64 *order_scratch;
    uint32 lists_capacity;
    ann::ListOrder order;
    float first_base;
    uint32 steps;      // lists seen
    uint32 generation; // of the cache that the order was made from
    // First pages of this list and the next, pinned beforehand.
    struct {
        Buffer buffer;
        BlockNumber page;
    } ahead[2];

    // The candidates.
    ann::NearHeap near[ann::kDepths]; // the last decides what is kept; searches use one alone
    int depths;
    Size near_capacity[ann::kDepths];
    float epsilon; // errors of an estimate that are allowed for
    uint32 skip;   // a row that is left out, or kNone
    ann::Candidate *candidates;
    Size n_candidates, candidates_capacity;

    // The hits, in the order of their rows.
    Hit *hits;
    Size n_hits, hits_capacity;
    float *keys;    // as many: likely no less than the keys without the shift; scratch
    char *record;   // a record that spans pages is put together here
    float *decoded; // (d)
};

enum SearchOutcome { kSearchDone, kSearchStale };

// In the current memory context.
Search *search_make(Relation index);
// The query for what follows: a value of the indexed type, not null and detoasted. False where
// nothing is indexed that could be near it (a zero vector under cosine): the search is blind then.
bool search_query(Search *search, Datum value);
// The same for the vector of a row, as search_read_row() gives it.
void search_row(Search *search, const float *row);
void search_blind(Search *search);

// Fetches the cache and forgets candidates and hits: enough for search_page().
void search_begin(Search *search);
// The same, and orders the lists.
//   depths  k of each heap, ascending; 0: everything is kept
void search_open(Search *search, const uint32 *k, int depths);
// The next list in the order, or ann::kNoList; search_peek leaves it there.
uint32 search_peek(Search *search);
uint32 search_take(Search *search);
// Looks at all rows of a list that search_take gave, or of any where the search is blind.
// kSearchStale: its chain was replaced meanwhile.
SearchOutcome search_list(Search *search, uint32 list);
// How far the search is, as the stop rule wants it, if `next` comes next; `near` one of its heaps.
// REQUIRES a list was seen
ann::Progress search_progress(const Search *search, const ann::NearHeap *near, uint32 next);
// Above this a candidate is not among the first k. Not at the k-th key itself: rows that lie on
// their centroid are estimated exactly, and the first k may all be equal.
float search_threshold(const Search *search);
// Refines what may be among the first k of the last heap; the hits.
void search_refine(Search *search, uint32 k);
// Appends the hits of all live rows on a page; none where it holds no rows. Whoever goes over all
// pages sees every row that was there when he began, once.
//   strategy  for the page's buffer, or null
void search_page(Search *search, BlockNumber blkno, BufferAccessStrategy strategy);
// open, lists until enough, refine: starts again when a chain was replaced.
//   REQUIRES k >= 1, target_recall < 1
void search_run(Search *search, uint32 k, float target_recall);

// The row with this id as the index has it, and its TID; false unless it is live: its vector as it
// was given, as TypeSupport::from_floats() takes it, where an expression's values are kept
// (refine_bits 32), else decoded from its codes.
bool search_read_row(Search *search, uint32 row, float *x, ItemPointer tid);

} // namespace sbert::ivf
