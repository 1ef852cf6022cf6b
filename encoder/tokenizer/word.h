// One word of normalised text, with the original bytes behind each of its bytes. The buffers are
// reused from word to word. A word of too many characters is unknown whatever it holds, so only its
// bounds are kept.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "encoder/tokenizer/normalizer.h"

namespace sbert::encoder {

class Word {
  public:
    explicit Word(uint32_t max_chars);

    void clear()
    {
        size_ = 0;
        chars_ = 0;
        plain_ = true;
    }
    void append(const NormalChar &c);
    // The same for `length` bytes of ASCII at `begin` of the text, each mapped through `map` (256
    // entries).
    void append_ascii(const char *text, size_t length, uint32_t begin, const char *map);

    bool empty() const { return chars_ == 0; }
    bool too_long() const { return chars_ > max_chars_; }
    std::string_view text() const { return {bytes_.data(), size_}; } // REQUIRES: !too_long()

    // Original bytes of the whole word, and of the character that the byte `at` belongs to.
    uint32_t begin() const { return begin_; }
    uint32_t end() const { return end_; }
    uint32_t begin(size_t at) const
    {
        return plain_ ? begin_ + static_cast<uint32_t>(at) : begins_[at];
    }
    uint32_t end(size_t at) const
    {
        return plain_ ? begin_ + static_cast<uint32_t>(at) + 1 : ends_[at];
    }

  private:
    void reserve(size_t more);
    void make_aligned();

    uint64_t max_chars_;
    uint64_t chars_ = 0;
    size_t size_ = 0;
    uint32_t begin_ = 0;
    uint32_t end_ = 0;
    bool plain_ = true; // unbroken ASCII so far: byte i of the word is byte begin_ + i of the text
    std::vector<char> bytes_;
    std::vector<uint32_t> begins_; // per byte, unless plain_
    std::vector<uint32_t> ends_;
};

} // namespace sbert::encoder
