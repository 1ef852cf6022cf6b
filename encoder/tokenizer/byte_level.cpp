#include "encoder/tokenizer/byte_level.h"

#include <array>

#include "encoder/tokenizer/unicode_tables.h"
#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder {

namespace {

constexpr bool is_visible(uint32_t byte)
{
    return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

// Visible bytes of Latin-1 stand for themselves, the others follow from U+0100 on.
constexpr std::array<uint16_t, 256> make_chars()
{
    std::array<uint16_t, 256> chars{};
    uint16_t next = 0x100;
    for (uint32_t byte = 0; byte < 256; ++byte)
        chars[byte] = is_visible(byte) ? static_cast<uint16_t>(byte) : next++;
    return chars;
}

constexpr std::array<uint16_t, 256> kChars = make_chars();
static_assert(kChars[' '] == kByteLevelSpace);

enum class Kind { kLetter, kNumber, kSpace, kOther };

Kind kind_of(uint32_t code)
{
    const uint16_t flags = char_properties(code).flags;
    if ((flags & kLetter) != 0)
        return Kind::kLetter;
    if ((flags & kNumber) != 0)
        return Kind::kNumber;
    return (flags & kRegexSpace) != 0 ? Kind::kSpace : Kind::kOther;
}

// The length of an English contraction at an apostrophe, or 0.
size_t contraction(const Char *chars, size_t count)
{
    if (count < 2 || chars[0].code != '\'')
        return 0;
    const uint32_t a = chars[1].code;
    if (a == 's' || a == 't' || a == 'm' || a == 'd')
        return 2;
    const uint32_t b = count < 3 ? 0 : chars[2].code;
    return (a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l') ? 3 : 0;
}

size_t run_end(const Char *chars, size_t count, size_t at, Kind kind)
{
    while (at < count && kind_of(chars[at].code) == kind)
        ++at;
    return at;
}

// Where the word that begins at `at` ends.
size_t word_end(const Char *chars, size_t count, size_t at)
{
    if (const size_t length = contraction(chars + at, count - at))
        return at + length;
    size_t begin = at;
    if (chars[at].code == ' ' && at + 1 < count && kind_of(chars[at + 1].code) != Kind::kSpace)
        ++begin;
    const Kind kind = kind_of(chars[begin].code);
    const size_t end = run_end(chars, count, begin, kind);
    if (kind != Kind::kSpace || end == count || end - at == 1)
        return end;
    return end - 1; // the last space belongs to what follows
}

} // namespace

void to_byte_level(const Char *chars, size_t count, Chars &out)
{
    for (size_t i = 0; i < count; ++i) {
        char bytes[4];
        const uint32_t length = utf8_encode(chars[i].code, bytes);
        for (uint32_t k = 0; k < length; ++k)
            out.push_back({kChars[static_cast<uint8_t>(bytes[k])], chars[i].begin, chars[i].end});
    }
}

void gpt2_words(const Char *chars, size_t count, uint32_t first, StopFlag stop,
                std::vector<Segment> &out)
{
    Poll poll(stop);
    for (size_t at = 0; at < count;) {
        const size_t end = word_end(chars, count, at);
        out.push_back(
            {first + static_cast<uint32_t>(at), first + static_cast<uint32_t>(end), true});
        at = end;
        poll.tick();
    }
}

} // namespace sbert::encoder
