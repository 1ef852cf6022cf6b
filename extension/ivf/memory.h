// Memory in the server's contexts.
#pragma once

#include <algorithm>
#include <type_traits>

#include "extension/pg.h"

namespace sbert::ivf {

// `n` of T in the current memory context, of any size.
template <class T>
T *allocate(Size n, int flags = 0)
{
    return static_cast<T *>(MemoryContextAllocExtended(CurrentMemoryContext, mul_size(n, sizeof(T)),
                                                       MCXT_ALLOC_HUGE | flags));
}
template <class T>
T *allocate_zero(Size n)
{
    return allocate<T>(n, MCXT_ALLOC_ZERO);
}

// Makes an array at least twice as long, and long enough for `needed`, in the context given.
// `capacity` 0: there is none yet.
template <class T>
void grow(MemoryContext context, T **array, Size *capacity, Size needed)
{
    const Size longer = std::max<Size>({needed, 2 * *capacity, 64});
    const Size bytes = mul_size(longer, sizeof(T));
    *array = static_cast<T *>(*capacity == 0 ? MemoryContextAllocHuge(context, bytes)
                                             : repalloc_huge(*array, bytes));
    *capacity = longer;
}

// Runs body() in a memory context of its own, which goes away afterwards.
template <class Body>
auto in_own_context(const char *name, Body body)
{
    const MemoryContext context =
        AllocSetContextCreateInternal(CurrentMemoryContext, name, ALLOCSET_DEFAULT_SIZES);
    const MemoryContext before = MemoryContextSwitchTo(context);
    const auto leave = [&] {
        MemoryContextSwitchTo(before);
        MemoryContextDelete(context);
    };
    if constexpr (std::is_void_v<decltype(body())>) {
        body();
        leave();
    } else {
        const auto result = body();
        leave();
        return result;
    }
}

} // namespace sbert::ivf
