// WordPiece: a word as the longest pieces of the vocabulary, from left to right, or as one unknown
// token. (Wu et al. 2016, arXiv:1609.08144, section 4.1; the greedy search of BERT's
// tokenization.py)
#pragma once

#include "encoder/tokenizer/tokenizer.h"
#include "encoder/tokenizer/word.h"

namespace sbert::encoder {

// Collects the tokens of a text up to a limit.
class TokenSink {
  public:
    // Appends to out.tokens until they are `limit`. REQUIRES: `out` outlives the sink.
    TokenSink(Encoding &out, size_t limit, Dropped dropped)
        : out_(out), limit_(limit), dropped_(dropped)
    {
    }
    void push(const Token &token)
    {
        last_kept_ = out_.tokens.size() < limit_;
        if (last_kept_) {
            out_.tokens.push_back(token);
            return;
        }
        out_.truncated = true;
        out_.dropped += dropped_ == Dropped::kCount;
    }
    // The token pushed last reaches further than was known.
    void stretch_last(uint32_t end)
    {
        if (last_kept_)
            out_.tokens.back().end = end;
    }
    // Whether the rest of the text can be left unread.
    bool finished() const { return out_.truncated && dropped_ == Dropped::kIgnore; }

  private:
    Encoding &out_;
    size_t limit_;
    Dropped dropped_;
    bool last_kept_ = false;
};

class WordPiece {
  public:
    // REQUIRES: `vocabulary` has passed check_vocabulary(); both outlive the object.
    WordPiece(const TokenizerSpec &spec, const VocabularyView &vocabulary);

    // Appends the pieces of `word` to `sink`. REQUIRES: the word is not empty. Throws
    // std::bad_alloc.
    void split(const Word &word, TokenSink &sink);

  private:
    struct Piece {
        int32_t id;
        uint32_t end; // of its bytes in the word
    };
    bool find_longest(std::string_view rest, std::string_view prefix, uint64_t seed, Piece &piece);

    const TokenizerSpec &spec_;
    const VocabularyView &vocabulary_;
    uint64_t prefix_seed_;         // hash of the continuing prefix
    std::vector<uint64_t> hashes_; // of the prefixes of what is left of the word; reused
    std::vector<Piece> pieces_;    // of the word so far; reused
};

} // namespace sbert::encoder
