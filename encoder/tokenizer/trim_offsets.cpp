// Moving over characters of the original text: see trim_offsets.h. The library counts white space
// in the token, and takes as many characters off the text, whatever they are.
#include "encoder/tokenizer/trim_offsets.h"

#include <algorithm>

#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder {

namespace {

uint32_t forward(std::string_view text, uint32_t at, uint32_t chars, uint32_t limit)
{
    for (; chars > 0 && at < limit; --chars) {
        do
            ++at;
        while (at < text.size() && !utf8_is_start(text[at]));
    }
    return std::min(at, limit);
}

// Goes back by characters. False when the text has not that many before `at`, which then stays.
bool backward(std::string_view text, uint32_t chars, uint32_t &at)
{
    uint32_t to = at;
    for (; chars > 0; --chars) {
        if (to == 0)
            return false;
        do
            --to;
        while (to > 0 && !utf8_is_start(text[to]));
    }
    at = to;
    return true;
}

} // namespace

void trim_offsets(const TrimOffsets &spec, std::string_view text, std::span<Token> tokens,
                  std::span<const TokenSink::Spaces> spaces)
{
    for (size_t i = 0; i < tokens.size(); ++i) {
        Token &token = tokens[i];
        uint32_t leading = spaces[i].leading;
        if (token.end > text.size())
            continue; // an offset that never was one of the text
        // One space at the very beginning is the one that add_prefix_space has put there.
        const bool first = (i == 0 && !spec.first_is_special) || token.begin == 0;
        if (first && spec.add_prefix_space && leading == 1)
            leading = 0;
        if (leading > 0)
            token.begin = forward(text, token.begin, leading, token.end);
        uint32_t end = token.end;
        if (spaces[i].trailing > 0 && backward(text, spaces[i].trailing, end))
            token.end = std::max(end, token.begin);
    }
}

} // namespace sbert::encoder
