// Text to token ids by the components of any tokenizer.json: ids and offsets are those of the
// `tokenizers` library.
//
// This file is the interface between tokenizer/ and the rest of the encoder. A Tokenizer owns no
// table: it looks into those of a mapped model file (encoder/model/packed.h) or of the importer.
#pragma once

#include <memory>
#include <string_view>

#include "encoder/stop_flag.h"
#include "encoder/tokenizer/encoding.h"
#include "encoder/tokenizer/spec.h"
#include "encoder/tokenizer/tables.h"

namespace sbert::encoder {

// A text that is worked on as a whole may have this many bytes, at up to some 60 bytes of memory
// for each of them.
inline constexpr size_t kMaxText = 16u << 20;
// Of a longer text only the beginning is read, when dropped tokens need not be counted, and as long
// as the tokens that are kept end this far before that.
inline constexpr size_t kTextMargin = 1u << 20;

class Tokenizer {
  public:
    // Compiles regular expressions and normalises the added tokens. REQUIRES: `view` has passed
    // check_tables(), and the tables behind it outlive the object. Throws Error(kModelInvalid).
    Tokenizer(TokenizerSpec spec, TokenizerView view);
    ~Tokenizer();
    Tokenizer(Tokenizer &&) noexcept;

    // Tokenises `text` into at most `max_tokens` tokens, prefix and suffix included, cutting the
    // text's end. `out` is overwritten; its capacity is reused. Not from two threads at a time.
    //
    // Components of BERT's family read a text of any length block by block (bert_stream.h): work
    // stops soon after the limit unless the rest is to be counted, only what is tokenised is
    // checked, and memory grows with `max_tokens` alone. Others work on a text as a whole.
    //
    // Throws Error: kInvalidText (not UTF-8; says where), kInterrupted; kLimit on a text beyond
    // kMaxText (of BERT's family: 4 GB), more special tokens than `max_tokens`, or a regular
    // expression that gives up; kModelInvalid where the text needs an unknown token that the model
    // has not.
    void encode(std::string_view text, uint32_t max_tokens, Dropped dropped, StopFlag stop,
                Encoding &out) const;

    // The same without prefix and suffix: at most `max_tokens` tokens of the text alone.
    void encode_alone(std::string_view text, uint32_t max_tokens, Dropped dropped, StopFlag stop,
                      Encoding &out) const;

    // The token's text: that of the vocabulary, or else of an added token; empty for an id that
    // none has.
    std::string_view token(int32_t id) const noexcept;
    // One above the highest id that a token has (but for prefix, suffix and the unknown token,
    // which the spec names).
    int32_t vocabulary_size() const noexcept;
    const TokenizerSpec &spec() const noexcept;

  private:
    void append_text(std::string_view text, size_t limit, Dropped dropped, StopFlag stop,
                     Encoding &out) const;

    struct Ready;
    std::unique_ptr<Ready> ready_;
};

} // namespace sbert::encoder
