// Splitting normalised characters into words.
#include "encoder/tokenizer/pretokenizer.h"

#include "encoder/tokenizer/unicode_tables.h"

namespace sbert::encoder {

AsciiTable::AsciiTable(const TokenizerSpec &spec)
{
    kind.fill(AsciiKind::kNotAscii);
    map.fill(0);
    for (uint32_t code = 0; code < 0x80; ++code) {
        uint32_t mapped = code;
        const CharProperties &properties = char_properties(code);
        const bool removed = spec.clean_text && (properties.flags & kRemoved) != 0;
        if (spec.clean_text && (properties.flags & kSpaced) != 0)
            mapped = ' ';
        else if (spec.lowercase)
            mapped += static_cast<uint32_t>(properties.lower);
        const uint8_t flags = char_properties(mapped).flags;
        map[code] = static_cast<char>(mapped);
        kind[code] = removed                       ? AsciiKind::kRemoved
                     : (flags & kWhitespace) != 0  ? AsciiKind::kSpace
                     : (flags & kPunctuation) != 0 ? AsciiKind::kPunctuation
                                                   : AsciiKind::kWord;
    }
}

void PreTokenizer::add(const NormalChar &c)
{
    const uint8_t flags = char_properties(c.code).flags;
    if ((flags & (kWhitespace | kPunctuation)) == 0)
        return word_.append(c);
    end_word();
    if ((flags & kPunctuation) != 0) {
        word_.append(c);
        end_word();
    }
}

size_t PreTokenizer::add_ascii(const ChunkReader &reader, size_t at)
{
    const char *text = reader.text().data();
    const size_t limit = reader.limit();
    while (at < limit && !sink_.finished()) {
        const auto byte = static_cast<uint8_t>(text[at]);
        const size_t begin = at++;
        switch (ascii_.kind[byte]) {
        case AsciiKind::kWord:
            while (at < limit && ascii_.kind[static_cast<uint8_t>(text[at])] == AsciiKind::kWord)
                ++at;
            word_.append_ascii(text + begin, at - begin, static_cast<uint32_t>(begin),
                               ascii_.map.data());
            break;
        case AsciiKind::kSpace:
            end_word();
            break;
        case AsciiKind::kPunctuation:
            end_word();
            word_.append_ascii(text + begin, 1, static_cast<uint32_t>(begin), ascii_.map.data());
            end_word();
            break;
        case AsciiKind::kRemoved:
            break;
        case AsciiKind::kNotAscii:
            return begin;
        }
    }
    return at;
}

} // namespace sbert::encoder
