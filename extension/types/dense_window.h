// Elements that lie side by side in a dense vector, as a vector: subvector() and slices.
#pragma once

#include <algorithm>
#include <cstring>

#include "extension/types/dense.h"

namespace sbert {

// Elements first ... last, counted from 1, as far as v has them; nullptr where it has none. In 64
// bits, because SQL passes any 32-bit bounds and sums of them.
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
