// Splits raw text into words as the texts of taggers' trainings usually are split: at white space,
// with punctuation apart (as in CoNLL-2003 and the Penn Treebank, but without lists of words).
//
// Letters, digits and marks make words. These stay within a word: a hyphen, a slash, an apostrophe,
// an underscore or & between two letters or digits; a point or comma between digits; points of
// abbreviations (U.S., J.); @ and # in front of a word; a whole address with "://". An English
// ending ('s, n't, 're ...) is a word by itself. Repeated punctuation is one word, a Chinese
// character too, and any other sign by itself.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "encoder/stop_flag.h"

namespace sbert::tagging {

// Bytes begin ... end of the text.
struct WordPlace {
    uint32_t begin, end;

    bool operator==(const WordPlace &) const = default;
};

// `out` is overwritten with the words in their order. Throws Error(kInvalidText) if the text is not
// UTF-8. REQUIRES: less than 4 GB.
void split_words(std::string_view text, encoder::StopFlag stop, std::vector<WordPlace> &out);

// Where sentences end: the numbers of words up to each end, the last of which is all words. A
// sentence ends behind a mark that ends one and what closes it, or at an empty line, but not behind
// the point of a short capitalised word, such as Mr. It has at most kLongestSentence words.
inline constexpr size_t kLongestSentence = 400;
std::vector<uint32_t> sentence_ends(std::string_view text, const std::vector<WordPlace> &words);

} // namespace sbert::tagging
