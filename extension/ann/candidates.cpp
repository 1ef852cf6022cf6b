// Selection and heaps of a search: see the header.
#include "extension/ann/candidates.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace sbert::ann {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr uint32_t kSamples = 256; // of the estimates, to guess where an instalment ends

// Orders as the floats do, negative ones too.
uint32_t ordered_bits(float x) noexcept
{
    const uint32_t bits = std::bit_cast<uint32_t>(x);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

uint64_t sort_key(float base, uint32_t list) noexcept
{
    return static_cast<uint64_t>(ordered_bits(base)) << 32 | list;
}

// An estimate that about `wanted` of the lists that are left lie below, guessed from a sample of
// all.
uint32_t instalment_end(const ListOrder &order) noexcept
{
    const uint32_t target = order.given + order.wanted;
    if (order.lists <= kSamples || target >= order.lists / 2)
        return 0xFFFFFFFF;
    uint32_t sample[kSamples];
    for (uint32_t i = 0; i < kSamples; i++) {
        const auto at = static_cast<uint32_t>(static_cast<uint64_t>(i) * order.lists / kSamples);
        sample[i] = ordered_bits(order.estimates[at]);
    }
    const uint32_t rank =
        static_cast<uint32_t>(static_cast<uint64_t>(target) * kSamples / order.lists);
    std::nth_element(sample, sample + rank, sample + kSamples);
    return sample[rank];
}

void collect(ListOrder *order, uint32_t end) noexcept
{
    const uint64_t stop = static_cast<uint64_t>(end) << 32 | kNoList;
    uint32_t size = 0;
    for (uint32_t i = 0; i < order->lists; i++) {
        const uint64_t key = sort_key(order->estimates[i], i);
        order->sorted[size] = key; // written always: no branch to guess
        size += (order->given == 0 || key > order->last) && key <= stop;
    }
    order->size = size;
}

bool key_less(const NearHeap::Entry &a, const NearHeap::Entry &b) noexcept { return a.key < b.key; }

// Puts an entry where the one at `hole` was, whose key was not smaller.
void sink(NearHeap *heap, uint32_t hole, NearHeap::Entry entry) noexcept
{
    NearHeap::Entry *entries = heap->entries;
    for (;;) {
        uint32_t child = 2 * hole + 1;
        if (child >= heap->size)
            break;
        if (child + 1 < heap->size && entries[child].key < entries[child + 1].key)
            child++;
        if (entries[child].key <= entry.key)
            break;
        entries[hole] = entries[child];
        hole = child;
    }
    entries[hole] = entry;
}

uint32_t find_row(const NearHeap *heap, uint32_t row) noexcept
{
    for (uint32_t i = 0; i < heap->size; i++)
        if (heap->entries[i].row == row)
            return i;
    return heap->size;
}

} // namespace

void order_start(ListOrder *order, const float *estimates, uint64_t *sorted, uint32_t lists,
                 uint32_t first) noexcept
{
    *order = {estimates, sorted, lists, 0, 0, 0, 0, first};
}

bool order_used_up(const ListOrder *order) noexcept { return order->next == order->size; }

uint32_t order_collect(ListOrder *order) noexcept
{
    order->size = order->next = 0;
    if (order->given == order->lists)
        return 0;
    collect(order, instalment_end(*order));
    if (order->size == 0)
        collect(order, 0xFFFFFFFF);
    order->last = *std::max_element(order->sorted, order->sorted + order->size);
    order->given += order->size;
    order->wanted *= 4;
    return order->size;
}

uint32_t order_member(const ListOrder *order, uint32_t i) noexcept
{
    return static_cast<uint32_t>(order->sorted[i]);
}

void order_set(ListOrder *order, uint32_t i, float base) noexcept
{
    order->sorted[i] = sort_key(base, order_member(order, i));
}

void order_sort(ListOrder *order) noexcept
{
    std::sort(order->sorted, order->sorted + order->size);
}

uint32_t order_peek(const ListOrder *order) noexcept
{
    return order_used_up(order) ? kNoList : static_cast<uint32_t>(order->sorted[order->next]);
}

uint32_t order_take(ListOrder *order) noexcept
{
    const uint32_t list = order_peek(order);
    order->next += list != kNoList;
    return list;
}

uint32_t near_entries(uint32_t k) noexcept { return k <= kMaxDistinct ? k : 2 * k; }

void near_start(NearHeap *heap, NearHeap::Entry *entries, uint32_t k) noexcept
{
    *heap = {entries, near_entries(k), 0, k <= kMaxDistinct};
}

float near_threshold(const NearHeap *heap) noexcept
{
    return heap->capacity == 0 || heap->size < heap->capacity ? kInfinity : heap->entries[0].key;
}

void near_offer(NearHeap *heap, float key, uint32_t row) noexcept
{
    if (heap->capacity == 0 || !(key < near_threshold(heap)))
        return;
    if (heap->distinct) {
        const uint32_t at = find_row(heap, row);
        if (at < heap->size) {
            if (key < heap->entries[at].key)
                sink(heap, at, {key, row});
            return;
        }
    }
    if (heap->size < heap->capacity) {
        heap->entries[heap->size++] = {key, row};
        std::push_heap(heap->entries, heap->entries + heap->size, key_less);
        return;
    }
    sink(heap, 0, {key, row});
}

size_t keep_below(Candidate *candidates, size_t n, float threshold) noexcept
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        candidates[kept] = candidates[i];
        kept += candidates[i].optimistic < threshold;
    }
    return kept;
}

void nearest_first(Candidate *candidates, size_t n, size_t count) noexcept
{
    if (count < n)
        std::nth_element(candidates, candidates + count, candidates + n,
                         [](const Candidate &a, const Candidate &b) { return a.key < b.key; });
}

size_t sort_by_row(Candidate *candidates, size_t n) noexcept
{
    if (n == 0)
        return 0;
    std::sort(candidates, candidates + n,
              [](const Candidate &a, const Candidate &b) { return a.row < b.row; });
    size_t last = 0;
    for (size_t i = 1; i < n; i++) {
        if (candidates[i].row != candidates[last].row) {
            candidates[++last] = candidates[i];
            continue;
        }
        candidates[last].optimistic =
            std::min(candidates[last].optimistic, candidates[i].optimistic);
        candidates[last].key = std::min(candidates[last].key, candidates[i].key);
        candidates[last].step = std::min(candidates[last].step, candidates[i].step);
    }
    return last + 1;
}

size_t drop_seen(Candidate *candidates, size_t n, const Candidate *seen, size_t n_seen) noexcept
{
    size_t kept = 0, at = 0;
    for (size_t i = 0; i < n; i++) {
        while (at < n_seen && seen[at].row < candidates[i].row)
            at++;
        if (at == n_seen || seen[at].row != candidates[i].row)
            candidates[kept++] = candidates[i];
    }
    return kept;
}

float kth_smallest(float *keys, size_t n, size_t k) noexcept
{
    if (k == 0 || k > n)
        return kInfinity;
    std::nth_element(keys, keys + k - 1, keys + n);
    return keys[k - 1];
}

} // namespace sbert::ann
