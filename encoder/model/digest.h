// A SHA-256 digest as a value. Computing one is sha256.h, which alone needs a cryptographic
// library.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace sbert::encoder {

using Digest = std::array<uint8_t, 32>;

// 64 lower-case hexadecimal digits.
std::string to_hex(const Digest &digest);

} // namespace sbert::encoder
