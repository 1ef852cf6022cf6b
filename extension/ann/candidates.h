// Candidates: rows that a search may want, by the estimates of their keys. Selection in arrays of
// the caller's; nothing here can fail or allocate.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sbert::ann {

struct Candidate {
    float optimistic; // estimate of its key less what the estimate may be wrong by
    float key;        // the estimate
    uint32_t row;
    uint32_t probe; // the number, from 1, of the list that it was found in
};

// Keeps those with optimistic < threshold, in no order. Returns how many.
size_t keep_below(Candidate *candidates, size_t n, float threshold) noexcept;
// Moves the `count` smallest estimates to the front.
void nearest_first(Candidate *candidates, size_t n, size_t count) noexcept;
// By row, each row once, with the smaller estimate and probe. Returns how many.
size_t sort_by_row(Candidate *candidates, size_t n) noexcept;
// Drops those whose row is among `seen`, which is sorted by row. Returns how many stay, in order.
size_t drop_seen(Candidate *candidates, size_t n, const Candidate *seen, size_t n_seen) noexcept;

// The k-th smallest (from 1) of n keys, which are moved about; +infinity when there are fewer.
float kth_smallest(float *keys, size_t n, size_t k) noexcept;

} // namespace sbert::ann
