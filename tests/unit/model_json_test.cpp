// JSON on hostile input: encoder/model/json.h.
#include <string>

#include <gtest/gtest.h>

#include "encoder/error.h"
#include "encoder/model/json.h"

namespace sbert::encoder {
namespace {

std::string error_of(const std::string &text)
{
    try {
        JsonDocument(text, "f.json", 1u << 20);
    } catch (const Error &error) {
        EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
        return error.what();
    }
    return "";
}

TEST(ModelJson, RefusesWhatIsNotOneValue)
{
    for (const char *text : {"", "{", "{}x", "[1,]", "nul", "\"\xff\"", "{\"a\":1e999}", "\x01"})
        EXPECT_NE(error_of(text).find("not valid JSON"), std::string::npos) << text;
}

TEST(ModelJson, RefusesDepthWithoutRecursion)
{
    std::string deep(100'000, '[');
    EXPECT_NE(error_of(deep).find("nested deeper than 64"), std::string::npos);
    std::string closed = std::string(100'000, '[') + std::string(100'000, ']');
    EXPECT_NE(error_of(closed).find("nested deeper than 64"), std::string::npos);
    std::string allowed = std::string(64, '[') + std::string(64, ']');
    EXPECT_EQ(error_of(allowed), "");
}

TEST(ModelJson, RefusesDuplicateKeysAndSize)
{
    EXPECT_NE(error_of(R"({"a":{"k":1,"k":2}})").find("duplicate key \"k\""), std::string::npos);
    EXPECT_EQ(error_of(R"({"a":{"k":1},"b":{"k":2}})"), "");
    EXPECT_NE(error_of(std::string((1u << 20) + 1, ' ')).find("larger than"), std::string::npos);
}

TEST(ModelJson, MembersComeInTheOrderOfTheirKeysAndEmptyIsEmpty)
{
    JsonDocument document(R"({"b":[],"a":{},"c":"","aa":[[],{"z":0}]})", "f.json", 1000);
    std::string keys;
    document.root().for_each_member([&](const std::string &key, JsonValue) { keys += key + " "; });
    EXPECT_EQ(keys, "a aa b c ");
    EXPECT_EQ(document.root().at("a").size(), 0u);
    EXPECT_EQ(document.root().at("b").size(), 0u);
    EXPECT_TRUE(document.root().at("b").is_array());
    EXPECT_EQ(document.root().at("c").string(), "");
    EXPECT_EQ(document.root().at("aa").element(1).at("z").integer(0, 1), 0);
    EXPECT_FALSE(document.root().find("d").has_value());
}

TEST(ModelJson, GettersNameTheField)
{
    JsonDocument document(R"({"a":{"n":-1,"s":"x","big":18446744073709551615,"f":1.5,"z":null}})",
                          "f.json", 1000);
    JsonValue a = document.root().at("a");
    EXPECT_EQ(a.at("n").integer(-5, 5), -1);
    EXPECT_EQ(a.at("s").string(), "x");
    EXPECT_EQ(a.at("f").number(), 1.5);
    EXPECT_EQ(a.integer_or("z", 7, 0, 9), 7);
    EXPECT_FALSE(a.find("missing"));
    EXPECT_THROW(a.at("big").integer(0, INT64_MAX), Error);
    EXPECT_THROW(a.at("f").integer(0, 5), Error);
    EXPECT_THROW(a.at("n").string(), Error);
    EXPECT_THROW(a.at("s").find("x"), Error);
    EXPECT_THROW(a.at("s").boolean(), Error);
    try {
        a.at("n").integer(0, 5);
        FAIL();
    } catch (const Error &error) {
        EXPECT_STREQ(error.what(), "invalid model file \"f.json\": \"a.n\" must be an integer "
                                   "between 0 and 5");
    }
}

} // namespace
} // namespace sbert::encoder
