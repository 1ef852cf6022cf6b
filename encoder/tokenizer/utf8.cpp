// UTF-8 decoding after the table of well-formed byte sequences (Unicode Standard, table 3-7; RFC
// 3629, section 4).
#include "encoder/tokenizer/utf8.h"

#include <cstdio>

#include "encoder/error.h"

namespace sbert::encoder {

namespace {

constexpr Decoded kMalformed = {0, 0};

bool is_tail(uint8_t byte) { return (byte & 0xC0) == 0x80; }

// The byte at which the sequence stops being UTF-8: its first byte when that cannot begin one, else
// the first that cannot go on, which for a text cut short is the last one there is.
size_t offending_byte(std::string_view text, size_t at)
{
    const auto lead = static_cast<uint8_t>(text[at]);
    if (lead < 0xC2 || lead > 0xF4)
        return at;
    const size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    for (size_t i = 1; i < length; ++i) {
        if (at + i == text.size())
            return at + i - 1;
        if (!is_tail(static_cast<uint8_t>(text[at + i])))
            return at + i;
    }
    return at + 1; // overlong, a surrogate or too large: the second byte decides
}

} // namespace

Decoded utf8_decode(std::string_view text, size_t at) noexcept
{
    const auto *s = reinterpret_cast<const uint8_t *>(text.data()) + at;
    const size_t left = text.size() - at;
    const uint8_t lead = s[0];
    if (lead < 0x80)
        return {lead, 1};
    if (lead < 0xC2 || left < 2 || !is_tail(s[1]))
        return kMalformed;
    if (lead < 0xE0)
        return {(lead & 0x1Fu) << 6 | (s[1] & 0x3Fu), 2};
    if (left < 3 || !is_tail(s[2]))
        return kMalformed;
    if (lead < 0xF0) {
        const uint32_t code = (lead & 0x0Fu) << 12 | (s[1] & 0x3Fu) << 6 | (s[2] & 0x3Fu);
        if (code < 0x800 || (code >= 0xD800 && code <= 0xDFFF))
            return kMalformed;
        return {code, 3};
    }
    if (lead > 0xF4 || left < 4 || !is_tail(s[3]))
        return kMalformed;
    const uint32_t code =
        (lead & 0x07u) << 18 | (s[1] & 0x3Fu) << 12 | (s[2] & 0x3Fu) << 6 | (s[3] & 0x3Fu);
    if (code < 0x10000 || code > 0x10FFFF)
        return kMalformed;
    return {code, 4};
}

Decoded utf8_decode_checked(std::string_view text, size_t at)
{
    const Decoded decoded = utf8_decode(text, at);
    if (decoded.length != 0)
        return decoded;
    const size_t where = offending_byte(text, at);
    char message[96];
    std::snprintf(message, sizeof message, "invalid UTF-8 at byte offset %zu: 0x%02x", where,
                  static_cast<unsigned>(static_cast<uint8_t>(text[where])));
    throw Error(
        ErrorCode::kInvalidText, message,
        "The text must be well-formed UTF-8: no overlong forms, surrogates or cut sequences.");
}

Decoded utf8_decode_before(std::string_view text, size_t end) noexcept
{
    size_t at = end - 1;
    while (at > 0 && end - at < 4 && !utf8_is_start(text[at]))
        --at;
    const Decoded decoded = utf8_decode(text.substr(0, end), at);
    return decoded.length == end - at ? decoded : kMalformed;
}

uint32_t utf8_encode(uint32_t code, char *out) noexcept
{
    const auto tail = [code](int shift) {
        return static_cast<char>(0x80u | (code >> shift & 0x3Fu));
    };
    if (code < 0x80) {
        out[0] = static_cast<char>(code);
        return 1;
    }
    if (code < 0x800) {
        out[0] = static_cast<char>(0xC0u | code >> 6);
        out[1] = tail(0);
        return 2;
    }
    if (code < 0x10000) {
        out[0] = static_cast<char>(0xE0u | code >> 12);
        out[1] = tail(6);
        out[2] = tail(0);
        return 3;
    }
    out[0] = static_cast<char>(0xF0u | code >> 18);
    out[1] = tail(12);
    out[2] = tail(6);
    out[3] = tail(0);
    return 4;
}

void utf8_append(uint32_t code, std::string &out)
{
    char buffer[4];
    out.append(buffer, utf8_encode(code, buffer));
}

} // namespace sbert::encoder
