// What this backend has encoded so far.
#pragma once

#include <cstdint>

namespace sbert {

struct Statistics {
    int64_t texts;       // that went through the encoder
    int64_t tokens;      // of those
    int64_t reused;      // answered by what a call site or the transaction remembers
    double milliseconds; // in the encoder
};

extern Statistics statistics;

} // namespace sbert
