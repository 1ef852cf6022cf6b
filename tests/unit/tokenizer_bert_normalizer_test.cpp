// BERT's normalisation of single texts, with results worked out by hand from the rules in
// encoder/tokenizer/README.md.
#include <gtest/gtest.h>

#include <string>

#include "encoder/error.h"
#include "encoder/tokenizer/normalizers.h"

namespace sbert::encoder {
namespace {

constexpr BertNormalizer kUncased = {true, true, true, true};
constexpr BertNormalizer kCased = {true, true, false, false};
constexpr BertNormalizer kStripOnly = {false, false, true, false};
constexpr BertNormalizer kLowerOnly = {false, false, false, true};

Chars chars_of(const BertNormalizer &spec, std::string_view text)
{
    Chars chars, scratch;
    decode_aligned(text, StopFlag(), chars);
    Normalizers({spec}, {}).run(chars, scratch, StopFlag());
    return chars;
}

std::string normalized(const BertNormalizer &spec, std::string_view text)
{
    const Chars chars = chars_of(spec, text);
    std::string out;
    encode_chars(chars.data(), chars.size(), out);
    return out;
}

TEST(Normalizer, CleansControlsAndSpaces)
{
    EXPECT_EQ(normalized(kCased, "a\tb\nc\u00a0d\u3000e"), "a b c d e");
    EXPECT_EQ(normalized(kCased, "a\x01\x7f\u200d\ufeff\ufffd\u00adz"), "az");
    EXPECT_EQ(normalized(kLowerOnly, "a\tb\x01"), "a\tb\x01");
    EXPECT_EQ(normalized(kCased, std::string_view("a\0b", 3)), "ab");
}

TEST(Normalizer, PutsSpacesAroundIdeographs)
{
    EXPECT_EQ(normalized(kCased, "ab\u4e2dc"), "ab \u4e2d c");
    EXPECT_EQ(normalized(kCased, "\u3042\u30ab\uac00"), "\u3042\u30ab\uac00");
    // The library's block begins at U+2B920 where Unicode's begins at U+2B820.
    EXPECT_EQ(normalized(kCased, "\U0002b91f"), "\U0002b91f");
    EXPECT_EQ(normalized(kCased, "\U0002b920"), " \U0002b920 ");
}

TEST(Normalizer, StripsAccents)
{
    EXPECT_EQ(normalized(kUncased, "\u00c9cole e\u0301 \u1ed7"), "ecole e o");
    EXPECT_EQ(normalized(kUncased, "\u0130"), "i");
    EXPECT_EQ(normalized(kUncased, "\uac01"), "\u1100\u1161\u11a8");
    EXPECT_EQ(normalized(kUncased, "\ufb01"), "\ufb01"); // compatibility forms stay
    EXPECT_EQ(normalized(kCased, "\u00c9"), "\u00c9");
}

TEST(Normalizer, LowercasesWithoutContext)
{
    EXPECT_EQ(normalized(kLowerOnly, "\u039f\u03a3"), "\u03bf\u03c3");
    EXPECT_EQ(normalized(kLowerOnly, "\u0130"), "i\u0307");
    EXPECT_EQ(normalized(kLowerOnly, "\u00df\u1e9e"), "\u00df\u00df");
}

// U+302E (rank of class 224) and U+1D165 (216) are spacing marks, which stay; U+0301 (230) and
// U+0334 (1) go.
TEST(Normalizer, OrdersTheMarksThatSurvive)
{
    EXPECT_EQ(normalized(kStripOnly, "a\u302e\U0001d165"), "a\U0001d165\u302e");
    EXPECT_EQ(normalized(kStripOnly, "a\u302e\u0301\U0001d165\u0334"), "a\U0001d165\u302e");
    EXPECT_EQ(normalized(kCased, "a\u302e\U0001d165"), "a\u302e\U0001d165"); // no decomposition
}

TEST(Normalizer, AlignsReorderedMarksByPlace)
{
    // Bytes: a 0-1, U+302E 1-4, U+1D165 4-8. The sorted marks take the places of the text, not
    // their own.
    const Chars chars = chars_of(kStripOnly, "a\u302e\U0001d165");
    ASSERT_EQ(chars.size(), 3u);
    EXPECT_EQ(chars[1].begin, 1u);
    EXPECT_EQ(chars[1].end, 4u);
    EXPECT_EQ(chars[2].begin, 4u);
    EXPECT_EQ(chars[2].end, 8u);
}

TEST(Normalizer, LooksThroughRemovedCharacters)
{
    EXPECT_EQ(normalized(kUncased, "a\u302e\u200d\U0001d165b"), "a\U0001d165\u302eb");
}

TEST(Normalizer, RefusesInvalidText) { EXPECT_THROW(chars_of(kUncased, "ab\xff"), Error); }

} // namespace
} // namespace sbert::encoder
