// One search between its steps, which are in list_scan.h (collect candidates), rerank.h (hits) and
// search.h (everything together).
#pragma once

#include "extension/ann/candidates.h"
#include "extension/ann/probe_order.h"
#include "extension/ann/stopping.h"
#include "extension/ann/top_k.h"
#include "extension/ivf/cache.h"
#include "extension/ivf/last_scan.h"
#include "extension/ivf/type_support.h"

namespace sbert::ivf {

// A reranked row.
struct Hit {
    float bound; // certain: the true key is not below it; -infinity where nothing is certain
    float key;   // of the decoded row
    uint32 row;
    uint32 probe; // the number, from 1, of the list that it was found in
    ItemPointerData tid;
};

struct Search {
    MemoryContext context; // of everything below
    Relation index;
    const TypeSupport *type;
    const Cache *cache; // since search_begin()
    ScanCounters counters;

    // The query, as prepare.h has it.
    float *given;      // (d) as it was given, or of a row as it is known
    float *q;          // (d)
    double norm, sum;  // |q'|; of its elements
    double given_norm; // |q|
    float noise;       // what the operator's floats are likely to change a key by
    double shift;      // <q, o>: keys are -<q', x'> less this; not in estimates and bases
    bool centred;      // q was made with the index's origin
    Snapshot snapshot; // of the scan, or null
    bool no_query;     // every row is as near as any
    bool out_of_range; // a query so long or short that the operator's floats leave their range
    uint8 *table;      // the look-up table
    kernels::Lookup lookup;
    Size d;   // that the buffers were made for
    int bits; // of a row's codes

    // The lists.
    float *estimates;    // of the bases, of all lists
    float *far2, *bases; // |q' - c|^2 and base, of the lists that came in a batch
    uint64 *order_scratch;
    Size lists_capacity;
    ann::ProbeOrder order;
    float first_base;
    uint32 probes;     // lists scanned
    uint32 generation; // of the cache that the order was made from
    // First pages of this list and the next, pinned beforehand.
    struct {
        Buffer buffer;
        BlockNumber page;
    } prefetched[2];

    // The candidates.
    ann::TopK top[ann::kCutoffs]; // the last decides what is kept; searches use one alone
    int cutoffs;
    Size top_capacity[ann::kCutoffs];
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

} // namespace sbert::ivf
