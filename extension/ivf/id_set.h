// A set of ids of rows, blocks or lists: one bit each. Grows with the ids that come.
#pragma once

#include "extension/ivf/memory.h"

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

inline bool id_set_has(const IdSet *set, uint32 id)
{
    return id / 64 < set->n_words && (set->words[id / 64] >> (id % 64) & 1) != 0;
}

inline void id_set_add(IdSet *set, uint32 id)
{
    if (id / 64 >= set->n_words) {
        const Size n_words = Size{id} / 64 + 1 + Size{id} / 512 + 16;
        const MemoryContext before = MemoryContextSwitchTo(set->context);
        auto *words = allocate_zero<uint64>(n_words);
        MemoryContextSwitchTo(before);
        if (set->words != nullptr) {
            memcpy(words, set->words, set->n_words * sizeof(uint64));
            pfree(set->words);
        }
        set->words = words;
        set->n_words = n_words;
    }
    set->words[id / 64] |= uint64{1} << (id % 64);
}

} // namespace sbert::ivf
