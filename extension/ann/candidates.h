// What a search keeps: which lists come next, which rows may still be among the first k, and how
// near the k-th is by now. Plain data over memory of the caller's; nothing here can fail, allocate
// or call back.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sbert::ann {

// Lists by ascending base. Only a prefix is ever wanted, and only estimates of all bases are cheap:
// so the lists come in instalments, chosen by their estimates (first about so many, then four
// times as many each time) and sorted by their bases. A list whose estimate is far off may come in
// a later instalment than it should.
//
//   order_start                                 once a query
//   order_used_up -> order_collect, order_set for each member, order_sort
//   order_peek, order_take                      until used up
struct ListOrder {
    const float *estimates; // (lists)
    uint64_t *sorted;       // (lists) scratch: base and number of the lists of this instalment
    uint32_t lists;
    uint32_t given;      // altogether
    uint32_t size, next; // of this instalment
    uint64_t last;       // the greatest estimate of the instalments before
    uint32_t wanted;     // of the next instalment
};
inline constexpr uint32_t kNoList = 0xFFFFFFFF;

//   estimates (lists) of the bases;  sorted (lists) scratch: both stay with the order
//   first  lists of the first instalment, about
void order_start(ListOrder *order, const float *estimates, uint64_t *sorted, uint32_t lists,
                 uint32_t first) noexcept;
bool order_used_up(const ListOrder *order) noexcept;
// The lists of the next instalment, in no order: their number, 0 at the end.
uint32_t order_collect(ListOrder *order) noexcept;
uint32_t order_member(const ListOrder *order, uint32_t i) noexcept;
// The base of member i; without, its estimate stands.
void order_set(ListOrder *order, uint32_t i, float base) noexcept;
void order_sort(ListOrder *order) noexcept;
// The next list of this instalment, or kNoList when it is used up; order_peek leaves it there.
uint32_t order_peek(const ListOrder *order) noexcept;
uint32_t order_take(ListOrder *order) noexcept;

// The k smallest keys of different rows seen so far. A row comes at most twice, once for each of
// its lists; the smaller key counts.
struct NearHeap {
    struct Entry {
        float key;
        uint32_t row;
    } * entries;       // (near_entries(k)), greatest key first
    uint32_t capacity; // 0: never full
    uint32_t size;
    bool distinct; // rows are looked for; else there is room for k rows that all come twice
};
inline constexpr uint32_t kMaxDistinct = 1024; // beyond, looking for a row costs more than it saves

uint32_t near_entries(uint32_t k) noexcept;
// k = 0: everything is near.   entries  (near_entries(k))
void near_start(NearHeap *heap, NearHeap::Entry *entries, uint32_t k) noexcept;
// Of the k-th: +infinity while there are fewer.
float near_threshold(const NearHeap *heap) noexcept;
void near_offer(NearHeap *heap, float key, uint32_t row) noexcept;

// A row that may be among the first k.
struct Candidate {
    float optimistic; // estimate of its key less what the estimate may be wrong by
    float key;        // the estimate
    uint32_t row;
    uint32_t step; // how many lists had been seen
};

// Keeps those with optimistic < threshold, in no order. Returns how many.
size_t keep_below(Candidate *candidates, size_t n, float threshold) noexcept;
// Moves the `count` smallest estimates to the front.
void nearest_first(Candidate *candidates, size_t n, size_t count) noexcept;
// By row, each row once, with the smaller estimate and step. Returns how many.
size_t sort_by_row(Candidate *candidates, size_t n) noexcept;
// Drops those whose row is among `seen`, which is sorted by row. Returns how many stay, in order.
size_t drop_seen(Candidate *candidates, size_t n, const Candidate *seen, size_t n_seen) noexcept;

// The k-th smallest (from 1) of n keys, which are moved about; +infinity when there are fewer.
float kth_smallest(float *keys, size_t n, size_t k) noexcept;

} // namespace sbert::ann
