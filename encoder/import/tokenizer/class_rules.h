// The rules of the transformers library's tokenizer classes, as data: what each is given by its
// constructor and builds around its vocabulary.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "encoder/import/tokenizer/legacy_files.h"
#include "encoder/import/tokenizer/special_tokens.h"
#include "encoder/import/tokenizer/tokenizer_config.h"

namespace sbert::encoder {

enum class ModelKind { kWordPiece, kBpe, kUnigram };

// A special token beside every text.
struct Beside {
    Role role;
    uint32_t type_id = 0;
};

struct ClassRules {
    ModelKind model;
    const char *files; // what it is published in
    RoleDefaults roles;
    std::vector<Beside> before, after;
    std::vector<Beside> between = {};          // two texts; none: the class takes no pairs
    std::vector<std::string> extra = {};       // special tokens without a role
    std::optional<int32_t> unknown_piece = {}; // of a Unigram model, where it has a fixed place
    bool keeps_post = false;                   // of a tokenizer.json: its post-processor
    bool trims = false;                        // offsets
};

// REQUIRES: a class that is built here (neither kAsInFile nor kBert).
ClassRules rules_of(const TokenizerSettings &settings);

// What the library puts in front of the pieces of a SentencePiece file, and behind them.
PieceLayout layout_of(const TokenizerSettings &settings, const ClassTokens &tokens);

} // namespace sbert::encoder
