// What the `tokenizers` library does with a single code point, as tables. The numbers are in
// unicode_tables.cpp, which make_tables.py generates by asking the library itself (version 0.23.3);
// the algorithms over them are in normalizer.cpp. Not a Unicode library: the sets are the union of
// the several Unicode versions that the library mixes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sbert::encoder {

// Bits of CharProperties::flags. "Removed", "space" and "chinese" speak of the character as it
// comes from the text; "mark", "whitespace" and "punctuation" of the character after normalisation.
enum CharFlag : uint8_t {
    kRemoved = 1,      // clean_text deletes it
    kSpaced = 2,       // clean_text turns it into U+0020
    kChinese = 4,      // handle_chinese_chars puts spaces around it
    kMark = 8,         // strip_accents deletes it after decomposition
    kWhitespace = 16,  // separates words
    kPunctuation = 32, // is a word by itself
    kWordChar = 64,    // \w of the library's regular expressions (added tokens of a single word)
    kHangul = 128,     // a syllable: decomposes by arithmetic (Unicode Standard, section 3.12)
};

struct CharProperties {
    uint8_t flags;     // CharFlag bits
    uint8_t combining; // 0: a starter; else the rank of its canonical combining class, 1 ..
                       // kCombiningRanks
    uint16_t
        decomposition; // 0: none; else kDecompositions[i] is the number of parts, which follow.
                       // Starters come first, then ranks ascend; parts do not decompose further
    int32_t lower;     // distance to the lower-case character, or kLowerSpecial
};

// A character whose lower case is two characters.
struct SpecialLower {
    uint32_t from;
    uint32_t to[2];
};

inline constexpr int32_t kLowerSpecial = 0x7FFFFFFF;
inline constexpr uint32_t kUnicodeBlock = 128; // characters a block of stage 2
inline constexpr uint32_t kUnicodeStage1Size = 0x110000 / kUnicodeBlock;
inline constexpr int kCombiningRanks = 54;

extern const uint16_t kUnicodeStage1[kUnicodeStage1Size];
extern const uint16_t kUnicodeStage2[];
extern const CharProperties kCharProperties[];
extern const uint32_t kDecompositions[];
extern const SpecialLower kSpecialLower[];
extern const size_t kSpecialLowerCount;

// REQUIRES: code < 0x110000.
inline const CharProperties &char_properties(uint32_t code) noexcept
{
    const uint32_t block = kUnicodeStage1[code / kUnicodeBlock];
    return kCharProperties[kUnicodeStage2[block * kUnicodeBlock + code % kUnicodeBlock]];
}

} // namespace sbert::encoder
