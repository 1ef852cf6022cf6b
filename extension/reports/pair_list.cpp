#include <algorithm>

#include "extension/reports/pair_list.h"

namespace sbert {

PairList *pair_list_create(MemoryContext context)
{
    auto *list = static_cast<PairList *>(MemoryContextAllocZero(context, sizeof(PairList)));
    list->capacity = 16;
    list->pairs = static_cast<scores::Pair *>(
        MemoryContextAlloc(context, sizeof(scores::Pair) * list->capacity));
    return list;
}

void pair_list_add(PairList *list, scores::Pair pair)
{
    if (list->count == list->capacity) {
        // The server refuses a size beyond its limit.
        list->pairs = static_cast<scores::Pair *>(
            repalloc_huge(list->pairs, sizeof(scores::Pair) * list->capacity * 2));
        list->capacity *= 2;
    }
    list->pairs[list->count++] = pair;
}

scores::Pair *pair_list_scratch(const PairList *list)
{
    return static_cast<scores::Pair *>(MemoryContextAllocHuge(
        CurrentMemoryContext, sizeof(scores::Pair) * std::max<Size>(list->count, 1)));
}

void pair_list_copy(const PairList *list, const encoder::StopFlag &stop, scores::Pair *out)
{
    for (Size i = 0; i < list->count; i++) {
        stop.check_at(i);
        out[i] = list->pairs[i];
    }
}

} // namespace sbert
