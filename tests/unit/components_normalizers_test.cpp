// Normalizers and their alignment, worked out by hand. Offsets are bytes of the original text.
#include <cstring>

#include <gtest/gtest.h>

#include "encoder/error.h"
#include "encoder/tokenizer/charsmap.h"
#include "encoder/tokenizer/graphemes.h"
#include "encoder/tokenizer/normalizers.h"

namespace sbert::encoder {
namespace {

struct Result {
    std::string text;
    std::vector<std::pair<uint32_t, uint32_t>> places; // of each character
    bool operator==(const Result &) const = default;
};

Result normalize(const std::vector<NormalizerSpec> &specs, std::string_view text,
                 const TokenizerView &view = {})
{
    Chars chars, scratch;
    decode_aligned(text, {}, chars);
    Normalizers(specs, view).run(chars, scratch, {});
    Result result;
    encode_chars(chars.data(), chars.size(), result.text);
    for (const Char &c : chars)
        result.places.emplace_back(c.begin, c.end);
    return result;
}

TEST(components_normalizers, DecompositionKeepsThePlace)
{
    // e-acute is two bytes; both parts have its place.
    EXPECT_EQ(normalize({UnicodeForm::kNfd}, "a\xc3\xa9"),
              (Result{"ae\xcc\x81", {{0, 1}, {1, 3}, {1, 3}}}));
}

TEST(components_normalizers, CompositionTakesTheFirstPlace)
{
    EXPECT_EQ(normalize({UnicodeForm::kNfc}, "ae\xcc\x81z"),
              (Result{"a\xc3\xa9z", {{0, 1}, {1, 2}, {4, 5}}}));
}

TEST(components_normalizers, MarksAreOrderedAndPlacesAreNot)
{
    // U+0301 (class 230), U+0323 (220): the marks change places, the places do not.
    EXPECT_EQ(normalize({UnicodeForm::kNfd}, "a\xcc\x81\xcc\xa3"),
              (Result{"a\xcc\xa3\xcc\x81", {{0, 1}, {1, 3}, {3, 5}}}));
}

TEST(components_normalizers, CompatibilityForms)
{
    // The ligature fi; a syllable of three parts and back.
    EXPECT_EQ(normalize({UnicodeForm::kNfkc}, "\xef\xac\x81x"),
              (Result{"fix", {{0, 3}, {0, 3}, {3, 4}}}));
    EXPECT_EQ(normalize({UnicodeForm::kNfkd, UnicodeForm::kNfkc}, "\xea\xb0\x81").text,
              "\xea\xb0\x81");
}

TEST(components_normalizers, StripAndLowercase)
{
    EXPECT_EQ(normalize({Strip{true, true}, Lowercase{}}, " \tA b "),
              (Result{"a b", {{2, 3}, {3, 4}, {4, 5}}}));
    // I with a dot becomes two characters of one place.
    EXPECT_EQ(normalize({Lowercase{}}, "\xc4\xb0"), (Result{"i\xcc\x87", {{0, 2}, {0, 2}}}));
}

TEST(components_normalizers, ReplaceHasThePlaceOfTheLastCharacterReplaced)
{
    EXPECT_EQ(normalize({Replace{{true, " {2,}"}, "_."}}, "a   b"),
              (Result{"a_.b", {{0, 1}, {3, 4}, {3, 4}, {4, 5}}}));
    EXPECT_EQ(normalize({Replace{{false, "ab"}, ""}}, "xabab").text, "x");
}

TEST(components_normalizers, PrependAndByteLevel)
{
    EXPECT_EQ(normalize({Prepend{"\xe2\x96\x81"}}, "hi"),
              (Result{"\xe2\x96\x81hi", {{0, 1}, {0, 1}, {1, 2}}}));
    EXPECT_EQ(normalize({Prepend{"x"}}, ""), (Result{"", {}}));
    // U+00E9 is C3 A9: the characters U+00C3 and U+00A9.
    EXPECT_EQ(normalize({ByteLevelNormalizer{}}, " \xc3\xa9"),
              (Result{"\xc4\xa0\xc3\x83\xc2\xa9", {{0, 1}, {1, 3}, {1, 3}}}));
}

// A trie of the one key "a", whose replacement is "bc".
std::string tiny_charsmap()
{
    std::vector<uint32_t> units(512);
    units[0] = 256u << 10;                         // the children of the root begin at 256
    units[256 ^ 'a'] = 1u << 8 | 'a';              // has a leaf, at itself: offset 0 would be that
    units[256 ^ 'a'] |= (256u ^ 'a' ^ 256u) << 10; // so the leaf is at 256
    units[256] = 1u << 31;                         // the value 0
    std::string bytes(4, '\0');
    const uint32_t size = static_cast<uint32_t>(units.size() * 4);
    std::memcpy(bytes.data(), &size, 4);
    bytes.append(reinterpret_cast<const char *>(units.data()), size);
    return bytes + "bc" + '\0';
}

TEST(components_normalizers, Precompiled)
{
    const Charsmap map = parse_charsmap(tiny_charsmap());
    TokenizerView view;
    view.charsmaps.push_back(map.view());
    EXPECT_EQ(normalize({Precompiled{0}}, "xa", view), (Result{"xbc", {{0, 1}, {1, 2}, {1, 2}}}));
    // A cluster of less than six bytes is asked for whole: the shortest prefix decides, so the
    // accent is lost, and its place is booked on the last character.
    EXPECT_EQ(normalize({Precompiled{0}}, "a\xcc\x81z", view).text, "bcz");
}

TEST(components_normalizers, CharsmapOutOfBounds)
{
    std::string bytes = tiny_charsmap();
    EXPECT_THROW(parse_charsmap(bytes.substr(0, 100)), Error);
    EXPECT_THROW(parse_charsmap(""), Error);
    std::string far = bytes;
    far[4 + 4 * (256 ^ 'a') + 3] = '\x40'; // an offset beyond the trie
    EXPECT_THROW(parse_charsmap(far), Error);
    std::string value = bytes;
    value[4 + 4 * 256] = '\x7f'; // a value beyond the replacements
    EXPECT_THROW(parse_charsmap(value), Error);
}

TEST(components_normalizers, Graphemes)
{
    const auto lengths = [](std::string_view text) {
        Chars chars;
        decode_aligned(text, {}, chars);
        std::vector<size_t> out;
        for (size_t at = 0; at < chars.size();) {
            const size_t end = grapheme_end(chars, at);
            out.push_back(end - at);
            at = end;
        }
        return out;
    };
    using Lengths = std::vector<size_t>;
    EXPECT_EQ(lengths("a\r\nb"), (Lengths{1, 2, 1}));
    EXPECT_EQ(lengths("e\xcc\x81x"), (Lengths{2, 1}));
    // Two flags; a family joined by U+200D; a conjunct of Devanagari.
    EXPECT_EQ(lengths("\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7"), (Lengths{2, 2}));
    EXPECT_EQ(lengths("\U0001F469\u200D\U0001F469"), (Lengths{3}));
    EXPECT_EQ(lengths("\u0915\u094D\u0937"), (Lengths{3}));
}

} // namespace
} // namespace sbert::encoder
