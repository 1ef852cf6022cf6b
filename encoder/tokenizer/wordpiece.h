// WordPiece: a word as the longest pieces of the vocabulary, from left to right, or as one unknown
// token. (Wu et al. 2016, arXiv:1609.08144, section 4.1; the greedy search of BERT's
// tokenization.py)
#pragma once

#include <vector>

#include "encoder/tokenizer/spec.h"
#include "encoder/tokenizer/token_sink.h"
#include "encoder/tokenizer/vocabulary.h"

namespace sbert::encoder {

class WordPiece {
  public:
    // REQUIRES: `vocabulary` has passed check_vocabulary(); both outlive the object.
    WordPiece(const WordPieceModel &spec, const VocabularyView &vocabulary);

    // Pushes the pieces of a word that is not empty; the square of max_input_chars_per_word at
    // most. Throws Error(kModelInvalid) when an unknown token is needed that the vocabulary lacks.
    void split(WordSink &word);

  private:
    struct Piece {
        int32_t id;
        size_t end; // of its bytes in the word
    };
    bool find_pieces(std::string_view word);
    bool find_longest(std::string_view word, size_t at);

    const WordPieceModel &spec_;
    const VocabularyView &vocabulary_;
    uint64_t prefix_seed_;         // hash of the continuing prefix
    std::vector<uint64_t> hashes_; // of the prefixes of what is left of the word; reused
    std::vector<Piece> pieces_;    // of the word so far; reused
};

// One unknown token for a whole word. Throws Error(kModelInvalid) when the vocabulary lacks it.
void push_unknown(const Unknown &unknown, const VocabularyView &vocabulary, WordSink &word);

} // namespace sbert::encoder
