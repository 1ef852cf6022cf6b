// Text to token ids by the components of any tokenizer.json: ids and offsets are those of the
// `tokenizers` library.
//
// This file is the interface between text/components/ and the rest of the encoder; its encode() is
// that of Tokenizer (../tokenizer.h), which serves the WordPiece family alone, and streams.
#pragma once

#include <memory>
#include <string_view>

#include "encoder/stop_flag.h"
#include "encoder/tokenizer/spec.h"
#include "encoder/tokenizer/tables.h"
#include "encoder/tokenizer/tokenizer.h"

namespace sbert::encoder::components {

// The text is worked on as a whole: at most this much of it, about 60 bytes of memory for each byte
// in the worst case.
inline constexpr size_t kMaxText = 16u << 20;
// Of a longer text only the beginning is read, when dropped tokens need not be counted, and as long
// as the tokens that are kept end this far before that.
inline constexpr size_t kTextMargin = 1u << 20;

class ComponentsTokenizer {
  public:
    // Compiles regular expressions and normalises the added tokens. REQUIRES: `view` has passed
    // check_components(), and the tables behind it outlive the object. Throws Error(kModelInvalid).
    ComponentsTokenizer(ComponentsSpec spec, ComponentsView view);
    ~ComponentsTokenizer();
    ComponentsTokenizer(ComponentsTokenizer &&) noexcept;

    // As Tokenizer::encode(): prefix, text, suffix, never more than `max_tokens`. Not from two
    // threads at a time. Throws Error: kInvalidText, kInterrupted; kLimit on a text beyond
    // kMaxText, more special tokens than `max_tokens`, or a regular expression that gives up;
    // kModelInvalid where the text needs an unknown token that the model has not.
    void encode(std::string_view text, uint32_t max_tokens, Dropped dropped, StopFlag stop,
                Encoding &out) const;

    // Text of a token as in the vocabulary; empty for an id that has none.
    std::string_view token(int32_t id) const noexcept;
    // One above the highest id that a token has.
    int32_t vocabulary_size() const noexcept;
    const ComponentsSpec &spec() const noexcept;

  private:
    struct Ready;
    std::unique_ptr<Ready> ready_;
};

} // namespace sbert::encoder::components
