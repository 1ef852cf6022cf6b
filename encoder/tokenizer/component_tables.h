// What the components of the `tokenizers` library know of a single code point, beyond what the BERT
// family needs (../unicode_tables.h). The numbers are in component_tables.cpp, which
// make_component_tables.py generates by asking the library itself.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sbert::encoder {

// Bits of ComponentProperties::flags.
enum ComponentFlag : uint8_t {
    kLetter = 1,         // \p{L} of the library's Oniguruma
    kNumber = 2,         // \p{N} of the same
    kRegexSpace = 4,     // \s of the same
    kNumeric = 8,        // a digit of the pre-tokenizer Digits
    kCombiningMark = 16, // what StripAccents deletes
    kInCbExtend = 32,    // Indic_Conjunct_Break (Unicode Standard Annex 29, rule GB9c)
    kInCbLinker = 64,
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

struct ComponentProperties {
    uint8_t flags;          // ComponentFlag bits
    GraphemeClass grapheme; // for the clusters that Precompiled asks for
    uint8_t script;         // a number per script of UnicodeScripts; 0: belongs to any
    uint16_t compatibility; // 0: decomposes as the canonical forms do; else kCompatibilityParts[i]
                            // is the number of parts, which follow
};

// What NFC makes of two characters; sorted. Hangul is arithmetic.
struct Composition {
    uint32_t first;
    uint32_t second;
    uint32_t composed;
};

// Characters that the oldest Oniguruma does not know yet, and one that it knows and that every
// pattern by category takes for the same. Sorted, without overlap.
struct StandIn {
    uint32_t first;
    uint32_t last;
    uint32_t code;
};

inline constexpr uint32_t kComponentBlock = 128; // characters a block of stage 2
inline constexpr uint32_t kComponentStage1Size = 0x110000 / kComponentBlock;

extern const uint16_t kComponentStage1[kComponentStage1Size];
extern const uint16_t kComponentStage2[];
extern const ComponentProperties kComponentProperties[];
extern const uint32_t kCompatibilityParts[];
extern const Composition kCompositions[];
extern const size_t kCompositionCount;
extern const StandIn kStandIns[];
extern const size_t kStandInCount;

// REQUIRES: code < 0x110000.
inline const ComponentProperties &component_properties(uint32_t code) noexcept
{
    const uint32_t block = kComponentStage1[code / kComponentBlock];
    return kComponentProperties[kComponentStage2[block * kComponentBlock + code % kComponentBlock]];
}

inline bool has_component_flag(uint32_t code, ComponentFlag flag) noexcept
{
    return (component_properties(code).flags & flag) != 0;
}

} // namespace sbert::encoder
