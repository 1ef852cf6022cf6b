// Text on its way through the normalizers: characters, each with its bytes of the original text.
//
// The alignment is that of the library's NormalizedString: what replaces a character has its place,
// what is inserted has the place of the character before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "encoder/stop_flag.h"

namespace sbert::encoder {

struct Char {
    uint32_t code;  // a Unicode scalar value
    uint32_t begin; // bytes of the original text, end exclusive; 0, 0 for what has no place
    uint32_t end;
};
using Chars = std::vector<Char>;

// Characters between two polls of the flag.
inline constexpr size_t kPollChars = 32 * 1024;

// The flag's conscience in a loop over characters.
class Poll {
  public:
    explicit Poll(StopFlag stop) : stop_(stop) {}
    void tick()
    {
        if (++count_ % kPollChars == 0)
            stop_.check();
    }
    StopFlag flag() const { return stop_; }

  private:
    StopFlag stop_;
    size_t count_ = 0;
};

// The characters of UTF-8 text, each aligned with itself, appended to `out`. Throws Error:
// kInvalidText, kInterrupted.
void decode_aligned(std::string_view text, StopFlag stop, Chars &out);

// The same for texts of the specification, which are UTF-8: code points only.
std::vector<uint32_t> decode_codes(std::string_view text);

// The UTF-8 of characters, replacing what `out` holds.
void encode_chars(const Char *chars, size_t count, std::string &out);

// Writes a new text over an old one, character by character, with the alignment of the library's
// transform(). For steps that put characters out of their order or count; the others keep the
// alignment by themselves.
class Rewriter {
  public:
    // `old` and `out` must not overlap and outlive the object.
    Rewriter(const Chars &old, Chars &out) : old_(old), out_(out) {}

    // Appends a character. change 0: it replaces the next old one; -n: and n more vanish after
    // that; 1: it is new.
    void put(uint32_t code, int64_t change);

  private:
    const Chars &old_;
    Chars &out_;
    size_t at_ = 0; // the old character that comes next
};

} // namespace sbert::encoder
