// The states of words behind layers of a model's encoder, read in windows (encoder/words.h).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "encoder/encoder.h"

namespace sbert::tagging {

// The words of a sentence, and those of the neighbouring sentences, which the model reads too if
// there is room for them.
struct WordsInContext {
    std::span<const std::string_view> before, words, behind;
};

// Writes the states of all words of all sentences one after another, (n, L, C). The states of a
// word that the tokenizer drops are NaN. Throws encoder::Error as Encoder::encode() does.
//   layers  (L) ascending, each below encoder.layer_count()
void read_states(encoder::Encoder &encoder, std::span<const WordsInContext> sentences,
                 std::span<const uint32_t> layers, encoder::StopFlag stop,
                 std::vector<float> &states);

} // namespace sbert::tagging
