#include "encoder/windows.h"

#include <algorithm>

namespace sbert::encoder {

namespace {

bool begins_word(std::span<const Token> tokens, size_t at)
{
    return at == 0 || at == tokens.size() || tokens[at].word != tokens[at - 1].word;
}

// The beginning of a word at `at` or before it, but behind `least`; `at` where there is none.
size_t word_before(std::span<const Token> tokens, size_t at, size_t least)
{
    for (size_t i = at; i > least; --i)
        if (begins_word(tokens, i))
            return i;
    return at;
}

} // namespace

std::vector<Window> windows_of(std::span<const Token> tokens, size_t size)
{
    std::vector<Window> windows;
    size_t first = 0, from = 0;
    while (true) {
        const size_t end = std::min(tokens.size(), first + size);
        if (end == tokens.size()) {
            windows.push_back({first, end, from, end});
            return windows;
        }
        const size_t last = word_before(tokens, end, first + size / 2);
        size_t next = word_before(tokens, first + std::max<size_t>(1, size / 2), first);
        next = std::max(next, first + 1);
        const size_t to = std::max(from + 1, word_before(tokens, next + (last - next) / 2, next));
        windows.push_back({first, last, from, to});
        first = next;
        from = to;
    }
}

} // namespace sbert::encoder
