// Walks over the elements of an array whose type has no fixed length (text, a composite type).
//
// deconstruct_array() first makes a list of the elements, in a loop that a cancel cannot end. This
// takes a second for the hundred million elements that an array can have.
#pragma once

#include "extension/pg.h"

namespace sbert {

struct ArrayWalk {
    char *next;         // the next element that is not null
    const bits8 *nulls; // a bit per element, 0 if it is null; a null pointer if no element is null
    int place;          // number of elements passed
    int count;          // number of elements of the array
    char align;         // alignment of the type
};

// Begins a walk. `array` must not be compressed and must outlive the walk.
inline ArrayWalk array_walk(ArrayType *array, char align)
{
    return {ARR_DATA_PTR(array), ARR_NULLBITMAP(array), 0,
            ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)), align};
}

// Returns the next element, or a null pointer if it is null. Polls for a cancel.
// REQUIRES: place < count.
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
