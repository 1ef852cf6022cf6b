// What the `tokenizers` library does with a single code point, as tables. The numbers are in
// unicode_data_tables.inl, which make_tables.py generates by asking the library itself (version
// 0.23.3). Not a Unicode library: the sets are those of the several Unicode versions that the
// library mixes.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace sbert::encoder {

// Bits of CharProperties::flags. "Removed", "spaced" and "chinese" speak of the character as it
// comes from the text; "mark", "whitespace" and "punctuation" of the character after normalisation.
enum CharFlag : uint16_t {
    kRemoved = 1,              // clean_text deletes it
    kSpaced = 1 << 1,          // clean_text turns it into U+0020
    kChinese = 1 << 2,         // handle_chinese_chars puts spaces around it
    kMark = 1 << 3,            // strip_accents deletes it after decomposition
    kWhitespace = 1 << 4,      // separates words
    kPunctuation = 1 << 5,     // is a word by itself
    kWordChar = 1 << 6,        // \w of the library's own expressions (single_word, Whitespace)
    kLetter = 1 << 7,          // \p{L} of the library's Oniguruma
    kNumber = 1 << 8,          // \p{N} of the same
    kRegexSpace = 1 << 9,      // \s of the same
    kNumeric = 1 << 10,        // a digit of the pre-tokenizer Digits
    kCombiningMark = 1 << 11,  // what StripAccents deletes
    kInCbExtend = 1 << 12,     // Indic_Conjunct_Break (Unicode Standard Annex 29, rule GB9c)
    kInCbLinker = 1 << 13,     // the same
    kDecomposes = 1 << 14,     // has a canonical_decomposition()
    kCompatible = 1 << 15,     // has a compatible_decomposition(), which is another
};

// Grapheme_Cluster_Break as far as the rules tell it apart. A carriage return and a line feed are
// controls, too.
enum class GraphemeClass : uint8_t {
    kOther,
    kControl,
    kExtend,
    kJoiner,
    kSpacing,
    kPrepend,
    kLead,
    kVowel,
    kTail,
    kLeadVowel,
    kSyllable,
    kRegional,
    kPictograph,
    kConsonant,
};

struct CharProperties {
    uint16_t flags;         // CharFlag bits
    uint8_t combining;      // 0: a starter; else the rank of its canonical combining class, from 1
    GraphemeClass grapheme; // for the clusters that Precompiled asks for
    uint8_t script;         // a number per script of UnicodeScripts; 0: belongs to any
    int32_t lower;          // distance to the lower-case character, or kLowerSpecial
};

inline constexpr int32_t kLowerSpecial = 0x7FFFFFFF;
inline constexpr uint32_t kUnicodeLimit = 0x110000;
inline constexpr uint32_t kUnicodeBlock = 128; // characters a block
inline constexpr uint32_t kUnicodeBlocks = 306; // different ones

extern const std::array<uint16_t, kUnicodeLimit / kUnicodeBlock> kBlockOf;
extern const std::array<uint16_t, kUnicodeBlocks * kUnicodeBlock> kRecordOf;
extern const CharProperties kCharProperties[];

// REQUIRES, here and below: code < kUnicodeLimit.
inline const CharProperties &char_properties(uint32_t code) noexcept
{
    const uint32_t block = kBlockOf[code / kUnicodeBlock];
    return kCharProperties[kRecordOf[block * kUnicodeBlock + code % kUnicodeBlock]];
}

inline bool has_flag(uint32_t code, CharFlag flag) noexcept
{
    return (char_properties(code).flags & flag) != 0;
}

// The parts of a decomposition, which do not decompose further: starters first, then ranks ascend.
// Empty where the flag is not set, and for the syllables of Hangul, which are arithmetic.
std::span<const uint32_t> canonical_parts(uint32_t code) noexcept;
std::span<const uint32_t> compatible_parts(uint32_t code) noexcept;

// What NFC makes of two characters, or 0. Knows nothing of Hangul.
uint32_t composition_of(uint32_t first, uint32_t second) noexcept;

// The two characters that are the lower case of one with kLowerSpecial.
std::span<const uint32_t> special_lower(uint32_t code) noexcept;

// A character that the oldest Oniguruma knows and that every pattern by category takes for the
// same: nearly always the character itself.
uint32_t regex_stand_in(uint32_t code) noexcept;

} // namespace sbert::encoder
