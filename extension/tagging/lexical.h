// What a word looks like, as sparse features: the word in lower case, its shape, prefixes and
// suffixes, and those of its neighbours (Tjong Kim Sang & De Meulder 2003 describe such features;
// models without upper case have lost the shape).
//
// A feature is a hash of 32 bits of its kind and its text. Two features with the same hash are one.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "encoder/stop_flag.h"

namespace sbert::tagging {

// The features of all words of a sentence: those of word w are values[first[w]] ...
// values[first[w+1]-1].
struct Features {
    std::vector<uint32_t> values;
    std::vector<uint32_t> first;
};

// REQUIRES: words in UTF-8; throws Error(kInvalidText) if they are not. `out` is overwritten.
void lexical_features(std::span<const std::string_view> words, encoder::StopFlag stop,
                      Features &out);

// The shape of a word: X for upper case, x for other letters, d for digits, and all else as it is.
// At most three of a kind stand in a row, at most 24 in all.
std::string word_shape(std::string_view word);

} // namespace sbert::tagging
