// Digests as text.
#include "encoder/model/digest.h"

namespace sbert::encoder {

std::string to_hex(const Digest &digest)
{
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (uint8_t byte : digest) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

} // namespace sbert::encoder
