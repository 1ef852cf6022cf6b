// Named entities from the scores of labels for tokens, as transformers' pipeline for token
// classification finds them under its aggregation strategies.
// https://huggingface.co/docs/transformers/main_classes/pipelines#transformers.TokenClassificationPipeline
//
// Where the strategies put tokens together to words, words are those of the tokenizer
// (Token::word). The pipeline knows them for WordPiece alone, and guesses by spaces otherwise.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "encoder/encoder.h"

namespace sbert::encoder {

enum class Aggregation {
    kNone,    // each token that has a label
    kSimple,  // neighbouring tokens of one label
    kFirst,   // neighbouring words of one label: a word's is that of its first token,
    kAverage, // that of the mean of its tokens' scores,
    kMax      // or that of the highest score among its tokens
};

// The pipeline's names of the strategies, in their order.
constexpr auto names(Aggregation)
{
    return std::to_array<std::string_view>({"none", "simple", "first", "average", "max"});
}

struct Entity {
    std::string_view label; // one of `labels`, without "B-" or "I-" unless kNone
    uint32_t begin, end;    // bytes of the text
    float score;            // mean over the tokens or words
};

// Appends the entities of a text in their order. The label "O" is none, and so is one whose part
// behind the first "-" is "O".
//   labels  those of the model's head; they must outlive what is returned
void find_entities(const TokenScores &text, std::span<const std::string> labels,
                   Aggregation aggregation, std::vector<Entity> &out);

} // namespace sbert::encoder
