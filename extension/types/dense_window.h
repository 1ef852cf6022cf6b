// Copies a part of a dense vector, for subvector() and slices.
#pragma once

#include <algorithm>
#include <cstring>

#include "extension/types/dense.h"

namespace sbert {

// The elements first ... last of v, counted from 1, without those that v does not have. Returns
// nullptr if there are none. The bounds have 64 bits, because callers pass sums of any 32-bit
// numbers.
template <class Element>
Dense<Element> *dense_window(const Dense<Element> *v, int64 first, int64 last)
{
    first = std::max<int64>(first, 1);
    last = std::min<int64>(last, v->dim);
    if (last < first)
        return nullptr;
    Dense<Element> *result = dense_alloc<Element>(static_cast<int>(last - first + 1));
    memcpy(result->x, v->x + first - 1, sizeof(Element) * static_cast<size_t>(result->dim));
    return result;
}

} // namespace sbert
