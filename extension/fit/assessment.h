// Measures how well a finished classifier predicts rows that it was not fitted to.
#pragma once

#include <span>

#include "encoder/stop_flag.h"
#include "extension/fit/block.h"
#include "extension/fit/quality.h"

namespace sbert::fit {

// A finished classifier, to be applied to rows that may have more labels than it knows.
struct Finished {
    const float *panels; // kernels::pack_panels of its weights
    std::span<const float> intercepts;
    const float *thresholds; // in the order of its labels, or null
    double temperature;
    std::span<const uint32_t> place; // the place of each of its labels among those of the rows
};

// The quality over the rows of one origin. Throws encoder::Error: kInterrupted, kIo.
Quality assess(const Shape &shape, std::span<const Block> blocks, int file,
               const Finished &classifier, Origin origin, encoder::StopFlag stop);

} // namespace sbert::fit
