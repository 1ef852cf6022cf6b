// A SHA-256 digest as a value. Computing one is fingerprint.cpp's part, which alone needs a
// cryptographic library.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace sbert::encoder {

using Digest = std::array<uint8_t, 32>;

// 64 lower-case hexadecimal digits.
inline std::string to_hex(const Digest &digest)
{
    std::string text;
    for (const uint8_t byte : digest) {
        text += "0123456789abcdef"[byte >> 4];
        text += "0123456789abcdef"[byte & 15];
    }
    return text;
}

} // namespace sbert::encoder
