#include "encoder/words.h"

#include <algorithm>
#include <variant>

namespace sbert::encoder {

namespace {

uint32_t tokens_of(const WordTokens &words, uint32_t begin, uint32_t end)
{
    return words.first[end] - words.first[begin];
}

// The window of all words that are asked for, with context while there is room. Each turn takes the
// next word of the side that has fewer tokens so far.
WordWindow with_context(const WordTokens &words, uint32_t begin, uint32_t end, uint32_t room)
{
    WordWindow window = {begin, end, begin, end};
    const auto last = static_cast<uint32_t>(words.words());
    const auto fits = [&](uint32_t from, uint32_t to) {
        return tokens_of(words, from, to) <= room;
    };
    for (bool left = true, right = true; left || right;) {
        left = left && window.begin > 0 && fits(window.begin - 1, window.end);
        right = right && window.end < last && fits(window.begin, window.end + 1);
        const bool take_left = left && (!right || tokens_of(words, window.begin, begin) <=
                                                      tokens_of(words, end, window.end));
        if (take_left)
            window.begin--;
        else if (right)
            window.end++;
    }
    return window;
}

// The end of the longest window that begins at a word. It holds at least one word.
uint32_t farthest(const WordTokens &words, uint32_t begin, uint32_t end, uint32_t room)
{
    uint32_t to = begin + 1;
    while (to < end && tokens_of(words, begin, to + 1) <= room)
        to++;
    return to;
}

} // namespace

void cut_windows(const WordTokens &words, uint32_t begin, uint32_t end, uint32_t room,
                 std::vector<WordWindow> &windows)
{
    if (begin == end)
        return;
    if (tokens_of(words, begin, end) <= room) {
        windows.push_back(with_context(words, begin, end, room));
        return;
    }
    uint32_t from = begin, kept = begin;
    for (;;) {
        const uint32_t to = farthest(words, from, end, room);
        if (to == end) {
            windows.push_back({from, to, kept, end});
            return;
        }
        uint32_t next = to;
        while (next > from + 1 && tokens_of(words, next - 1, to) <= room / 4)
            next--;
        // Where the next word is too long to share a window, nothing is gained by sharing.
        if (farthest(words, next, end, room) == to)
            next = to;
        const uint32_t border = next + (to - next) / 2;
        windows.push_back({from, to, kept, border});
        from = next;
        kept = border;
    }
}

void window_sequence(const WordTokens &words, const WordWindow &window,
                     const PostProcessing &specials, uint32_t room, WordSequence &out)
{
    out.ids.clear();
    out.places.clear();
    for (const SpecialId &special : specials.prefix)
        out.ids.push_back(special.id);
    const uint32_t first = words.first[window.begin];
    const uint32_t last = std::min(words.first[window.end], first + room);
    const auto shift = static_cast<uint32_t>(out.ids.size());
    out.ids.insert(out.ids.end(), words.ids.begin() + first, words.ids.begin() + last);
    for (uint32_t w = window.keep_begin; w < window.keep_end; w++)
        out.places.push_back(words.count(w) == 0 ? kNoToken : words.first[w] - first + shift);
    for (const SpecialId &special : specials.suffix)
        out.ids.push_back(special.id);
}

bool wants_space(const TokenizerSpec &spec)
{
    const auto is_bytes = [](const PreTokenizerSpec &step) {
        return std::holds_alternative<ByteLevel>(step);
    };
    const auto adds = [](const PreTokenizerSpec &step) {
        const auto *bytes = std::get_if<ByteLevel>(&step);
        return bytes != nullptr && bytes->add_prefix_space;
    };
    return std::ranges::any_of(spec.pre_tokenizers, is_bytes) &&
           std::ranges::none_of(spec.pre_tokenizers, adds);
}

} // namespace sbert::encoder
