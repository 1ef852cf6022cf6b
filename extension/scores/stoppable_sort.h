// A sort that a cancel ends. It polls the flags every 65,536 comparisons.
#pragma once

#include <algorithm>
#include <cstddef>

#include "encoder/stop_flag.h"

namespace sbert::scores {

// Throws Error(kInterrupted). The values are then in no order, and some may be there twice.
template <class Value, class Less>
void sort_stoppable(Value *values, size_t n, const encoder::StopFlag &stop, Less less)
{
    size_t comparisons = 0;
    std::sort(values, values + n, [&](const Value &a, const Value &b) {
        stop.check_at(++comparisons);
        return less(a, b);
    });
}

} // namespace sbert::scores
