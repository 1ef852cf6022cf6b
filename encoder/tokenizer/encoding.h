// What a text becomes: tokens with their places in it.
#pragma once

#include <cstdint>
#include <vector>

namespace sbert::encoder {

// One piece of text. `begin` and `end` are byte offsets into the original text (end exclusive);
// special tokens that the post-processor adds have begin == end == 0.
struct Token {
    int32_t id;
    uint32_t begin;
    uint32_t end;
};

struct Encoding {
    std::vector<Token> tokens; // prefix, text, suffix; never more than the limit
    uint64_t dropped = 0; // tokens of the text beyond the limit; only counted under Dropped::kCount
    bool truncated = false;
};

// Whether the rest of a cut text is still tokenised to count what was dropped.
enum class Dropped { kIgnore, kCount };

} // namespace sbert::encoder
