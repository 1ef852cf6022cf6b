// What correlations and rankings share: the two numbers of a row, and a sort that a cancel ends.
#pragma once

#include <algorithm>
#include <cstddef>

#include "encoder/stop_flag.h"

namespace sbert::scores {

struct Pair {
    double x;
    double y;
};

// Polls the flags every 65,536 comparisons. Throws Error(kInterrupted). The values are then in no
// order, and some may be there twice.
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
