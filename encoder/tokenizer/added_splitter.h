// Added tokens: found in the text before the normalizers (normalized = false), or after them by
// their own normalised content. The longest that begins at a place wins, the leftmost comes first.
#pragma once

#include <array>
#include <vector>

#include "encoder/tokenizer/aligned_text.h"
#include "encoder/tokenizer/normalizers.h"
#include "encoder/tokenizer/pattern_set.h"
#include "encoder/tokenizer/pretokenizers.h"
#include "encoder/tokenizer/spec.h"

namespace sbert::encoder {

class AddedSplitter {
  public:
    enum class Stage { kOriginal, kNormalized };
    enum class Rest { kNone, kFollows }; // of the text, after what is given

    // Takes the tokens of one stage. Those of the second are run through `normalizers`. Of equal
    // ones the first counts, special ones before others.
    AddedSplitter(const std::vector<AddedToken> &tokens, Stage stage,
                  const Normalizers &normalizers);

    // Divides a text from `from` on into added tokens and what lies between them, appended to `out`
    // in order; pieces may be empty. What lies before `from` is context. Where a rest follows, the
    // end stays undecided if that matters to it. Returns where the decided part ends. Throws
    // Error(kInterrupted).
    size_t split(const Chars &text, size_t from, Rest rest, StopFlag stop,
                 std::vector<Piece> &out) const;

    bool empty() const { return patterns_.empty(); }
    size_t longest() const { return patterns_.longest(); } // characters of the longest token
    bool strips_left() const { return strips_left_; }      // whether any token does
    bool may_begin(uint32_t code) const;                   // whether any token begins so

  private:
    struct Match {
        const AddedToken *token; // null: none
        size_t end;
        bool open; // what follows the text decides whether there is a longer one
    };
    Match match_at(const Chars &text, size_t at) const;
    static bool is_open(const Chars &text, const Match &match);
    static size_t accept(const Chars &text, size_t begin, const Match &match, size_t done,
                         std::vector<Piece> &out);

    std::vector<AddedToken> tokens_;
    PatternSet patterns_;           // units are code points
    std::array<bool, 256> first_{}; // by the low byte of a pattern's first code point
    bool strips_left_ = false;
};

} // namespace sbert::encoder
