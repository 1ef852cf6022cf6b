// The elements of an array whose type has no fixed length (text, a composite type), one by one.
//
// deconstruct_array() makes a list of them first, in a loop that no cancel ends: a second for the
// hundred million elements that an array can have.
#pragma once

#include "extension/pg.h"

namespace sbert {

struct ArrayWalk {
    char *next;         // the next element that is not null
    const bits8 *nulls; // a bit an element, 0 where it is null; or null: there are none
    int place;          // elements passed
    int count;          // of the whole array
    char align;         // the type's
};

// `array` is not compressed and outlives the walk.
inline ArrayWalk array_walk(ArrayType *array, char align)
{
    return {ARR_DATA_PTR(array), ARR_NULLBITMAP(array), 0,
            ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)), align};
}

// The next element, or null where it is null. Polls. REQUIRES: place < count.
inline char *array_walk_next(ArrayWalk &walk)
{
    CHECK_FOR_INTERRUPTS();
    const int place = walk.place++;
    if (walk.nulls != nullptr && (walk.nulls[place / 8] & (1 << place % 8)) == 0)
        return nullptr;
    char *element = walk.next;
    walk.next =
        reinterpret_cast<char *>(att_align_nominal(element + VARSIZE_ANY(element), walk.align));
    return element;
}

} // namespace sbert
