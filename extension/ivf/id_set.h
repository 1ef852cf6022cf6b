// A set of row ids: one bit a row of the index. Grows with the ids that come.
#pragma once

#include "extension/pg.h"

namespace sbert::ivf {

struct IdSet {
    MemoryContext context;
    uint64 *words;
    Size n_words;
};

inline void id_set_clear(IdSet *set)
{
    if (set->words != nullptr)
        pfree(set->words);
    set->words = nullptr;
    set->n_words = 0;
}

inline bool id_set_has(const IdSet *set, uint32 row)
{
    return row / 64 < set->n_words && (set->words[row / 64] >> (row % 64) & 1) != 0;
}

inline void id_set_add(IdSet *set, uint32 row)
{
    if (row / 64 >= set->n_words) {
        const Size n_words = Size{row} / 64 + 1 + Size{row} / 512 + 16;
        auto *words = static_cast<uint64 *>(
            MemoryContextAllocExtended(set->context, n_words * sizeof(uint64), MCXT_ALLOC_HUGE));
        if (set->words != nullptr) {
            memcpy(words, set->words, set->n_words * sizeof(uint64));
            pfree(set->words);
        }
        memset(words + set->n_words, 0, (n_words - set->n_words) * sizeof(uint64));
        set->words = words;
        set->n_words = n_words;
    }
    set->words[row / 64] |= uint64{1} << (row % 64);
}

} // namespace sbert::ivf
