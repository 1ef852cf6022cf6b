// What a text becomes: tokens with their places in it.
#pragma once

#include <cstdint>
#include <vector>

namespace sbert::encoder {

// One piece of text. `begin` and `end` are byte offsets into the original text (end exclusive);
// special tokens that the post-processor adds have begin == end == 0. `word` is the number of the
// pre-tokenizer's piece that the token is a part of, as the library's word_ids() has it.
inline constexpr uint32_t kNoWord = UINT32_MAX; // of special tokens
struct Token {
    int32_t id;
    uint32_t begin;
    uint32_t end;
    uint32_t word = kNoWord;
};

struct Encoding {
    std::vector<Token> tokens; // prefix, text, suffix; never more than the limit
    uint64_t dropped = 0; // tokens of the text beyond the limit; only counted under Dropped::kCount
    bool truncated = false;

    void clear()
    {
        tokens.clear();
        dropped = 0;
        truncated = false;
    }
};

// Whether the rest of a cut text is still tokenised to count what was dropped.
enum class Dropped { kIgnore, kCount };

} // namespace sbert::encoder
