// What a class of the transformers library is given by its constructor, as data.
#pragma once

#include <string>
#include <vector>

#include "encoder/import/tokenizer/legacy_files.h"
#include "encoder/import/tokenizer/special_tokens.h"
#include "encoder/import/tokenizer/tokenizer_config.h"

namespace sbert::encoder {

enum class ModelKind { kWordPiece, kBpe, kUnigram };

struct Recipe {
    ModelKind model;
    RoleDefaults roles;
    std::vector<const char *> extra; // special tokens without a role
    const char *files;               // what it is published in
};

// REQUIRES: a class that is built here (neither kAsInFile nor kBert).
Recipe recipe_of(TokenizerClass kind);

// The special tokens that T5 has for masked spans.
std::vector<std::string> t5_extra(const TokenizerSettings &settings);

// What the library puts in front of the pieces of a SentencePiece file, and behind them.
PieceLayout layout_of(const TokenizerSettings &settings, const ClassTokens &tokens);

} // namespace sbert::encoder
