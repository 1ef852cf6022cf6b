// The two numbers of a row that correlations and rankings collect.
#pragma once

namespace sbert::scores {

struct Pair {
    double x;
    double y;
};

} // namespace sbert::scores
