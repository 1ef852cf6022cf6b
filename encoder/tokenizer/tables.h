// The big tables of a tokenizer, as flat arrays that can be used as they lie in a mapped file:
// built once by the importer, only looked into afterwards.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "encoder/tokenizer/charsmap.h"
#include "encoder/tokenizer/merges.h"
#include "encoder/tokenizer/piece_trie.h"
#include "encoder/tokenizer/vocabulary.h"

namespace sbert::encoder {

struct TokenizerView {
    VocabularyView vocabulary = {};           // the model's; every model has one
    MergesView merges = {};                   // BPE
    PieceTrieView pieces = {};                // Unigram
    std::span<const double> scores = {};      // (V) of the pieces; Unigram
    double min_score = 0;                     // the least of them
    std::vector<CharsmapView> charsmaps = {}; // of the normalizers Precompiled
};

struct TokenizerTables {
    VocabularyTables vocabulary;
    MergesTables merges;
    PieceTrieTables pieces;
    std::vector<double> scores;
    std::vector<Charsmap> charsmaps;
    TokenizerView view() const;
};

// What the tables are built from. Tokens by their ids ("" where an id has none).
struct TokenizerSource {
    std::vector<std::string> tokens;
    std::vector<Merge> merges;  // BPE: in the order of their rank
    std::vector<double> scores; // Unigram: one for each token
    std::vector<Charsmap> charsmaps;
};

// Throws Error(kModelInvalid) on duplicate tokens and what else the tables refuse.
TokenizerTables build_tables(TokenizerSource source);

// Proves that a view can be used without any further bounds check. Throws Error(kModelInvalid).
// Linear in the tables.
void check_tables(const TokenizerView &view);

} // namespace sbert::encoder
