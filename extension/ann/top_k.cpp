#include "extension/ann/top_k.h"

#include <algorithm>

namespace sbert::ann {
namespace {

bool key_less(const TopK::Entry &a, const TopK::Entry &b) noexcept { return a.key < b.key; }

// Puts an entry where the one at `hole` was, whose key was not smaller.
void sink(TopK *top, uint32_t hole, TopK::Entry entry) noexcept
{
    TopK::Entry *entries = top->entries;
    for (;;) {
        uint32_t child = 2 * hole + 1;
        if (child >= top->size)
            break;
        if (child + 1 < top->size && entries[child].key < entries[child + 1].key)
            child++;
        if (entries[child].key <= entry.key)
            break;
        entries[hole] = entries[child];
        hole = child;
    }
    entries[hole] = entry;
}

} // namespace

void top_k_offer(TopK *top, float key, uint32_t row) noexcept
{
    if (top->capacity == 0 || !(key < top_k_threshold(top)))
        return;
    for (uint32_t i = 0; top->distinct && i < top->size; i++) {
        if (top->entries[i].row != row)
            continue;
        if (key < top->entries[i].key)
            sink(top, i, {key, row});
        return;
    }
    if (top->size == top->capacity) {
        sink(top, 0, {key, row});
        return;
    }
    top->entries[top->size++] = {key, row};
    std::push_heap(top->entries, top->entries + top->size, key_less);
}

} // namespace sbert::ann
