// UTF-8 decoding at its edges: the first and last character of each length, and everything that is
// not UTF-8.
#include <gtest/gtest.h>

#include <string>

#include "encoder/error.h"
#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder {
namespace {

struct Valid {
    const char *bytes;
    uint32_t code;
    uint32_t length;
};

TEST(Utf8, DecodesTheEdgesOfEveryLength)
{
    const Valid cases[] = {
        {"\x01", 0x01, 1},
        {"\x7f", 0x7F, 1},
        {"\xc2\x80", 0x80, 2},
        {"\xdf\xbf", 0x7FF, 2},
        {"\xe0\xa0\x80", 0x800, 3},
        {"\xed\x9f\xbf", 0xD7FF, 3},
        {"\xee\x80\x80", 0xE000, 3},
        {"\xef\xbf\xbf", 0xFFFF, 3},
        {"\xf0\x90\x80\x80", 0x10000, 4},
        {"\xf4\x8f\xbf\xbf", 0x10FFFF, 4},
    };
    for (const Valid &valid : cases) {
        const std::string text = valid.bytes;
        EXPECT_EQ(utf8_decode(text, 0).code, valid.code);
        EXPECT_EQ(utf8_decode(text, 0).length, valid.length);
        EXPECT_EQ(utf8_decode_before("a" + text, 1 + text.size()).code, valid.code);
        std::string encoded;
        utf8_append(valid.code, encoded);
        EXPECT_EQ(encoded, text);
    }
}

struct Invalid {
    std::string bytes;
    size_t where; // the byte that the error names
};

TEST(Utf8, RefusesWhatIsNotUtf8AndNamesTheByte)
{
    const Invalid cases[] = {
        {"\x80", 0},             // a tail alone
        {"\xbf", 0},             //
        {"\xc0\x80", 0},         // overlong NUL
        {"\xc1\xbf", 0},         // overlong, 2 bytes
        {"\xe0\x9f\xbf", 1},     // overlong, 3 bytes
        {"\xf0\x8f\xbf\xbf", 1}, // overlong, 4 bytes
        {"\xed\xa0\x80", 1},     // the first surrogate
        {"\xed\xbf\xbf", 1},     // the last
        {"\xf4\x90\x80\x80", 1}, // U+110000
        {"\xf5\x80\x80\x80", 0}, // beyond
        {"\xff", 0},             //
        {"\xc3", 0},             // cut short
        {"\xe4\xb8", 1},         //
        {"\xf0\x9f\x98", 2},     //
        {"\xc3\x28", 1},         // a tail missing
        {"\xe4\xb8z", 2},        //
    };
    for (const Invalid &invalid : cases) {
        const std::string text = "ab" + invalid.bytes;
        EXPECT_EQ(utf8_decode(text, 2).length, 0u);
        try {
            utf8_decode_checked(text, 2);
            ADD_FAILURE() << "accepted";
        } catch (const Error &error) {
            EXPECT_EQ(error.code(), ErrorCode::kInvalidText);
            char expected[64];
            std::snprintf(expected, sizeof expected, "byte offset %zu: 0x%02x", 2 + invalid.where,
                          static_cast<unsigned>(static_cast<uint8_t>(text[2 + invalid.where])));
            EXPECT_NE(std::string(error.what()).find(expected), std::string::npos) << error.what();
        }
    }
}

TEST(Utf8, DecodesBackwardsOnlyWholeCharacters)
{
    EXPECT_EQ(utf8_decode_before("\x80\x80", 2).length, 0u);
    EXPECT_EQ(utf8_decode_before("\xe4\xb8\xad\xad", 4).length, 0u);
    EXPECT_EQ(utf8_decode_before("\xe4\xb8\xad", 3).code, 0x4E2Du);
}

} // namespace
} // namespace sbert::encoder
