// What this backend has encoded so far.
#pragma once

#include <cstdint>

namespace sbert {

struct Statistics {
    int64_t texts;       // that went through the encoder
    int64_t tokens;      // of those
    int64_t reused;      // answered by a call site's memory of its last text
    double milliseconds; // in the encoder
};

extern Statistics statistics;

} // namespace sbert
