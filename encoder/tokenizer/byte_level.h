// Bytes as visible characters, and the words of GPT-2.
// (https://github.com/openai/gpt-2/blob/master/src/encoder.py, bytes_to_unicode and the pattern)
#pragma once

#include <cstdint>
#include <vector>

#include "encoder/tokenizer/aligned_text.h"
#include "encoder/tokenizer/splitting.h"

namespace sbert::encoder {

// The character that stands for the byte of a space.
inline constexpr uint32_t kByteLevelSpace = 0x120;

// Appends the UTF-8 bytes of the characters, each as its visible character with the place of the
// character that it is of.
void to_byte_level(const Char *chars, size_t count, Chars &out);

// Appends the pieces that the pattern
//     's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+
// divides characters into: all of them are matches. Written out by hand, over the library's
// own classes of characters; linear. Places count from `first`. Throws Error(kInterrupted).
void gpt2_words(const Char *chars, size_t count, uint32_t first, StopFlag stop,
                std::vector<Segment> &out);

} // namespace sbert::encoder
