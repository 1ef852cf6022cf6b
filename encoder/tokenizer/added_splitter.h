// Added tokens: found in the text before the normalizers (normalized = false), or after them by
// their own normalised content. The longest that begins at a place wins, the leftmost comes first.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "encoder/tokenizer/aligned_text.h"
#include "encoder/tokenizer/normalizers.h"
#include "encoder/tokenizer/pattern_set.h"
#include "encoder/tokenizer/pretokenizers.h"
#include "encoder/tokenizer/tokenizer.h"

namespace sbert::encoder::components {

class AddedSplitter {
  public:
    enum class Stage { kOriginal, kNormalized };

    // Takes the tokens of one stage. Those of the second are run through `normalizers`.
    AddedSplitter(const std::vector<AddedToken> &tokens, Stage stage,
                  const Normalizers &normalizers);

    // Divides a text into added tokens and what lies between them, appended to `out` in order;
    // pieces may be empty. Throws Error(kInterrupted).
    void split(const Chars &text, StopFlag stop, std::vector<Piece> &out) const;

  private:
    struct Match {
        const AddedToken *token;
        size_t end;
    };
    Match match_at(const Chars &text, size_t at) const;
    void accept(const Chars &text, size_t begin, const Match &match, size_t &done,
                std::vector<Piece> &out) const;

    std::vector<AddedToken> tokens_;
    PatternSet patterns_;           // units are code points
    std::array<bool, 256> first_{}; // by the low byte of a pattern's first code point
};

} // namespace sbert::encoder::components
