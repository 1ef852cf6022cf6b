// The added tokens of a tokenizer, ready to be searched for. Those with normalized = false are
// found in the original text (chunk_reader.h); the others in the normalised text, by their own
// normalised content (added_matcher.h). When several begin at one place the longest wins; matches
// do not overlap.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "encoder/tokenizer/pattern_set.h"
#include "encoder/tokenizer/tokenizer.h"

namespace sbert::encoder {

class AddedTokens {
  public:
    AddedTokens() = default; // no added tokens
    explicit AddedTokens(const TokenizerSpec &spec);

    const AddedToken &token(size_t index) const { return tokens_[index]; }

    const PatternSet &raw() const { return raw_; } // units are bytes
    bool may_begin(char byte) const { return first_byte_[static_cast<uint8_t>(byte)]; }
    bool any_raw_lstrip() const { return any_raw_lstrip_; }

    const PatternSet &normalized() const { return normalized_; } // units are code points

  private:
    void add_normalized(const TokenizerSpec &spec, size_t index);

    std::vector<AddedToken> tokens_; // special ones first, as the library ranks them
    PatternSet raw_;
    PatternSet normalized_;
    std::array<bool, 256> first_byte_{};
    bool any_raw_lstrip_ = false;
};

} // namespace sbert::encoder
