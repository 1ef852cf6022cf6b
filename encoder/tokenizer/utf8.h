// UTF-8, strictly: no overlong forms, no surrogates, nothing above U+10FFFF, nothing cut short.
// (RFC 3629) Not a validator of whole texts: the tokenizer decodes as it goes and never looks at
// what it does not need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sbert::encoder {

struct Decoded {
    uint32_t code;
    uint32_t length; // bytes; 0: the bytes are not UTF-8
};

// The character that begins at `at`. REQUIRES: at < text.size(). Never reads past the end.
Decoded utf8_decode(std::string_view text, size_t at) noexcept;

// The same, but throws Error(kInvalidText) naming the offset and the value of the offending byte.
Decoded utf8_decode_checked(std::string_view text, size_t at);

// The character that ends at `end` (exclusive); length 0 when there is none or it is malformed.
// REQUIRES: 0 < end.
Decoded utf8_decode_before(std::string_view text, size_t end) noexcept;

// Writes the character to `out` (at least 4 bytes); returns its length. REQUIRES: a Unicode scalar
// value.
uint32_t utf8_encode(uint32_t code, char *out) noexcept;

// Appends the character. REQUIRES: a Unicode scalar value.
void utf8_append(uint32_t code, std::string &out);

// Whether the byte begins a character.
inline bool utf8_is_start(char byte) noexcept
{
    return (static_cast<uint8_t>(byte) & 0xC0) != 0x80;
}

} // namespace sbert::encoder
