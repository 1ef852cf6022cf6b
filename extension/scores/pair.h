// Two numbers of one row, as the correlations and the rankings collect them.
#pragma once

namespace sbert::scores {

struct Pair {
    double x;
    double y;
};

} // namespace sbert::scores
