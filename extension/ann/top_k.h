// The k smallest keys of different rows seen so far, as a heap over memory of the caller's. A row
// comes at most twice, once for each of its lists; the smaller key counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace sbert::ann {

struct TopK {
    struct Entry {
        float key;
        uint32_t row;
    } * entries;       // (top_k_entries(k)), greatest key first
    uint32_t capacity; // 0: never full
    uint32_t size;
    bool distinct; // rows are compared; else there is space for k rows that all come twice
};
inline constexpr uint32_t kMaxDistinct = 1024; // beyond, finding a row costs more than it saves

inline uint32_t top_k_entries(uint32_t k) noexcept { return k <= kMaxDistinct ? k : 2 * k; }
// k = 0: every row is among them.   entries  (top_k_entries(k))
inline void top_k_start(TopK *top, TopK::Entry *entries, uint32_t k) noexcept
{
    *top = {entries, top_k_entries(k), 0, k <= kMaxDistinct};
}
// The k-th key: +infinity while there are fewer.
inline float top_k_threshold(const TopK *top) noexcept
{
    return top->capacity == 0 || top->size < top->capacity ? std::numeric_limits<float>::infinity()
                                                           : top->entries[0].key;
}
void top_k_offer(TopK *top, float key, uint32_t row) noexcept;

} // namespace sbert::ann
