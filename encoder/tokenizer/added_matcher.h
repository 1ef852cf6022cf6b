// Added tokens with normalized = true: found in the normalised text of a chunk, on its way to the
// pre-tokenizer. Looks ahead by no more than the longest such token; only tokenizers that have one
// pay for it.
#pragma once

#include <span>
#include <vector>

#include "encoder/tokenizer/added_tokens.h"
#include "encoder/tokenizer/pretokenizer.h"

namespace sbert::encoder {

class AddedMatcher {
  public:
    // REQUIRES: all arguments outlive the object.
    AddedMatcher(const AddedTokens &added, PreTokenizer &words, TokenSink &sink)
        : added_(added), words_(words), sink_(sink)
    {
    }

    // Takes normalised characters in their order.
    void add(const std::vector<NormalChar> &chars);
    // The chunk ends: what waits is decided. The next character begins a new chunk.
    void end_chunk();

  private:
    void drain(size_t keep);
    size_t match_at(size_t at);
    bool inside_word(size_t at, size_t length) const;
    void pass(const NormalChar &c);
    void accept(const AddedToken &token, std::span<const NormalChar> match);

    const AddedTokens &added_;
    PreTokenizer &words_;
    TokenSink &sink_;
    std::vector<NormalChar>
        window_;                // what has not been decided; its front is the next place to try
    bool after_word_ = false;   // the character before the window is a word character
    bool in_spaces_ = false;    // white space lies directly before the window, not taken by a token
    uint32_t spaces_begin_ = 0; // and begins here
    bool stretching_ =
        false; // a token with rstrip was the last thing; white space now belongs to it
};

} // namespace sbert::encoder
