// Words that a caller has split: their tokens, and the windows in which a model reads them.
//
// Each word is tokenised by itself, as the transformers library does it under
// is_split_into_words=True. A byte-level tokenizer that puts no space in front of a text gets one
// in front of each word, as under add_prefix_space=True, because such a model has learned its words
// with the space before them. The tokens of all words stand one after another, without special
// ones.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "encoder/tokenizer/spec.h"

namespace sbert::encoder {

struct WordTokens {
    std::vector<int32_t> ids;    // (T) of all words
    std::vector<uint32_t> first; // (W+1) word w owns ids[first[w]] ... ids[first[w+1]-1]

    size_t words() const { return first.empty() ? 0 : first.size() - 1; }
    // The number of tokens of a word. It is 0 if the tokenizer drops all of its characters.
    uint32_t count(size_t word) const { return first[word + 1] - first[word]; }
};

// Words that a model reads together. It is asked for those from keep_begin to keep_end; the others
// are read for their sake.
struct WordWindow {
    uint32_t begin, end;
    uint32_t keep_begin, keep_end;

    bool operator==(const WordWindow &) const = default;
};

// Cuts words into windows that have room for `room` tokens each. Every word from `begin` to `end`
// is kept by exactly one window. The words before and behind them are context, of which a window
// holds as many as there is room for, evenly on both sides. Where the words themselves need several
// windows, neighbours share up to a quarter of their tokens, and a word belongs to the window in
// whose middle it is. A word with more tokens than `room` is alone in a window.
// REQUIRES: begin <= end <= words.words(), room > 0. `windows` is appended to.
void cut_windows(const WordTokens &words, uint32_t begin, uint32_t end, uint32_t room,
                 std::vector<WordWindow> &windows);

// The sequence of a window: prefix, the words' tokens, suffix, and where the first token of each
// kept word is in it. A word without tokens has the place kNoToken. Of a word that is alone and too
// long the beginning is read.
inline constexpr uint32_t kNoToken = UINT32_MAX;
struct WordSequence {
    std::vector<int32_t> ids;
    std::vector<uint32_t> places; // (keep_end - keep_begin)
};
void window_sequence(const WordTokens &words, const WordWindow &window,
                     const PostProcessing &specials, uint32_t room, WordSequence &out);

// Whether words need a space in front.
bool wants_space(const TokenizerSpec &spec);

} // namespace sbert::encoder
