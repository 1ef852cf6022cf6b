// Where the models put tokens: kept up to a limit, with what trim_offsets needs to know of their
// text.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "encoder/tokenizer/aligned_text.h"
#include "encoder/tokenizer/encoding.h"

namespace sbert::encoder {

class TokenSink {
  public:
    // Characters of white space at the ends of a token's text.
    struct Spaces {
        uint32_t leading;
        uint32_t trailing;
    };

    // Appends to out.tokens until they are `limit`. `spaces`: whether to look at the texts of the
    // tokens. REQUIRES: `out` outlives the sink.
    TokenSink(Encoding &out, size_t limit, Dropped dropped, bool spaces)
        : out_(out), limit_(limit), dropped_(dropped), counting_(spaces)
    {
    }

    // The tokens that follow are another word's.
    void begin_word() { ++word_; }
    // `text` is the token's.
    void push(const Token &token, std::string_view text)
    {
        if (out_.tokens.size() < limit_) {
            out_.tokens.push_back(token);
            out_.tokens.back().word = word_;
            if (counting_)
                spaces_.push_back(count_spaces(text));
            return;
        }
        out_.truncated = true;
        out_.dropped += dropped_ == Dropped::kCount;
    }
    // Whether the rest of the text can be left unread.
    bool finished() const { return out_.truncated && dropped_ == Dropped::kIgnore; }
    // One for each token that was kept.
    const std::vector<Spaces> &spaces() const { return spaces_; }

  private:
    static Spaces count_spaces(std::string_view text);

    Encoding &out_;
    size_t limit_;
    Dropped dropped_;
    bool counting_;
    uint32_t word_ = kNoWord; // one below the first
    std::vector<Spaces> spaces_;
};

// One word on its way through a model: its UTF-8, and the places of the tokens that are found in
// it.
class WordSink {
  public:
    // `bytes` is the UTF-8 of the characters; or of ASCII that begins at a byte of the text.
    // REQUIRES: all outlive the object.
    WordSink(const Char *chars, std::string_view bytes, TokenSink &sink)
        : chars_(chars), bytes_(bytes), sink_(sink)
    {
        sink.begin_word();
    }
    WordSink(uint32_t first, std::string_view bytes, TokenSink &sink)
        : first_(first), bytes_(bytes), sink_(sink)
    {
        sink.begin_word();
    }
    std::string_view bytes() const { return bytes_; }
    bool finished() const { return sink_.finished(); }

    // The token `id` with the text `text` stands for bytes [begin, end) of the word. Tokens come in
    // their order. REQUIRES: begin is not less than in the call before.
    void push(int32_t id, size_t begin, size_t end, std::string_view text)
    {
        if (chars_ != nullptr)
            return push_aligned(id, begin, end, text);
        const auto place = [this](size_t at) { return first_ + static_cast<uint32_t>(at); };
        sink_.push({id, place(begin), place(end)}, text);
    }

  private:
    void push_aligned(int32_t id, size_t begin, size_t end, std::string_view text);

    const Char *chars_ =
        nullptr; // of ASCII none: byte i of the word is byte first_ + i of the text
    uint32_t first_ = 0;
    std::string_view bytes_;
    TokenSink &sink_;
    size_t at_ = 0;   // a character
    size_t byte_ = 0; // and where it begins
};

} // namespace sbert::encoder
