// Which lists a new row goes to: the nearest, and SOAR's second (ann/assigner.h).
// The lists that are nearest by their coarse codes are compared by their centroids.
#pragma once

#include "extension/ivf/cache.h"

namespace sbert::ivf {

struct Choice {
    int copies; // 1 where the index has one list
    uint32 list[2];
    float *centroid[2]; // (d)
};
void choice_start(Choice *choice, uint32 d); // in the current memory context
void choose_lists(const Cache *cache, const float *x, Choice *choice);

} // namespace sbert::ivf
