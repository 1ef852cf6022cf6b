// What this backend has encoded so far.
#pragma once

#include <cstdint>

namespace sbert {

struct Statistics {
    int64_t texts;       // texts that were encoded
    int64_t tokens;      // tokens of these texts
    int64_t reused;      // calls that a call site or the transaction remembered
    double milliseconds; // time in the encoder
};

extern Statistics statistics;

} // namespace sbert
