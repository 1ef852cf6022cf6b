// The checks of safetensors files: encoder/import/safetensors.h.
#include <cmath>
#include <cstring>
#include <string>

#include <gtest/gtest.h>

#include "encoder/error.h"
#include "encoder/import/safetensors.h"
#include "tests/unit/tiny_model.h"

namespace sbert::encoder {
namespace {

std::string with_header(const std::string &header, const std::string &data)
{
    uint64_t length = header.size();
    return std::string(reinterpret_cast<const char *>(&length), 8) + header + data;
}

std::vector<SafeTensor> parse(const std::string &file)
{
    return parse_safetensors(std::as_bytes(std::span<const char>(file)), "w");
}

std::string error_of(const std::string &file)
{
    try {
        parse(file);
    } catch (const Error &error) {
        return error.what();
    }
    return "";
}

std::string entry(const std::string &name, const std::string &shape, int begin, int end,
                  const std::string &dtype = "F32")
{
    return "\"" + name + "\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape +
           ",\"data_offsets\":[" + std::to_string(begin) + "," + std::to_string(end) + "]}";
}

TEST(ModelSafetensors, ReadsWhatItIsGiven)
{
    std::string file =
        with_header("{\"__metadata__\":{\"format\":\"pt\"}," + entry("b", "[1,2]", 4, 12) + "," +
                        entry("a", "[]", 0, 4) + "," + entry("e", "[0,3]", 4, 4) + "}",
                    std::string(12, '\0'));
    auto tensors = parse(file);
    ASSERT_EQ(tensors.size(), 3u);
    EXPECT_EQ(tensors[0].name, "a");
    EXPECT_EQ(tensors[2].shape, (std::vector<int64_t>{1, 2}));
    EXPECT_EQ(tensors[2].data.size(), 8u);
}

TEST(ModelSafetensors, RefusesLayoutsThatLie)
{
    std::string data(8, '\0');
    auto refused = [&](const std::string &entries) {
        return !error_of(with_header("{" + entries + "}", data)).empty();
    };
    EXPECT_FALSE(refused(entry("a", "[2]", 0, 8)));
    EXPECT_TRUE(refused(entry("a", "[2]", 0, 16))); // past the end
    EXPECT_TRUE(refused(entry("a", "[1]", 0, 4)));  // bytes left over
    EXPECT_TRUE(refused(entry("a", "[1]", 4, 8)));  // hole in front
    EXPECT_TRUE(refused(entry("a", "[2]", 0, 8) + "," + entry("b", "[1]", 4, 8))); // overlap
    EXPECT_TRUE(refused(entry("a", "[1]", 8, 4)));                                 // backwards
    EXPECT_TRUE(refused(entry("a", "[3]", 0, 8)));                                 // another size
    EXPECT_TRUE(refused(entry("a", "[-2]", 0, 8)));                                // negative
    EXPECT_TRUE(refused(entry("a", "[1000000000000,384]", 0, 8)));                 // 10^12 rows
    EXPECT_TRUE(refused(entry("a", "[4611686018427387904,4,2]", 0, 8))); // product wraps to 0
    EXPECT_TRUE(refused(entry("a", "[2]", 0, 8, "F99")));                // unknown dtype
    EXPECT_TRUE(refused(entry("a", "[1]", 0, 4) + "," + entry("a", "[1]", 4, 8))); // twice
}

TEST(ModelSafetensors, RefusesHeadersThatLie)
{
    EXPECT_NE(error_of("1234567"), "");
    EXPECT_NE(error_of(std::string(8, '\xff')), "");
    uint64_t big = 100'000'001;
    EXPECT_NE(error_of(std::string(reinterpret_cast<char *>(&big), 8) + "{}"), "");
    EXPECT_NE(error_of(with_header("[]", "")), "");
    EXPECT_NE(error_of(with_header("{\"a\":" + std::string(100'000, '['), "")), "");
}

TEST(ModelSafetensors, RefusesEveryTruncation)
{
    std::string file = tests::make_safetensors(tests::tiny_bert_tensors({}));
    EXPECT_EQ(error_of(file), "");
    for (size_t length = 0; length < file.size(); length += 61)
        EXPECT_NE(error_of(file.substr(0, length)), "") << length;
    EXPECT_NE(error_of(file + "x"), "");
}

TEST(ModelSafetensors, NamesAnLfsPointer)
{
    std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n";
    EXPECT_NE(error_of(pointer).find("Git LFS pointer"), std::string::npos);
}

template <class Number>
std::vector<float> converted(const std::string &dtype, Number number)
{
    static std::string bytes;
    bytes.assign(reinterpret_cast<const char *>(&number), sizeof number);
    return to_f32({"t", dtype, {1}, std::as_bytes(std::span<const char>(bytes))}, "w");
}

TEST(ModelSafetensors, ConvertsToF32)
{
    EXPECT_EQ(converted<uint16_t>("F16", 0x3c00)[0], 1.0f);
    EXPECT_EQ(converted<uint16_t>("F16", 0xc100)[0], -2.5f);
    EXPECT_EQ(converted<uint16_t>("F16", 0x0001)[0], 0x1p-24f);
    EXPECT_EQ(converted<uint16_t>("F16", 0x83ff)[0], -1023 * 0x1p-24f);
    EXPECT_EQ(converted<uint16_t>("F16", 0x7bff)[0], 65504.0f);
    EXPECT_TRUE(std::isinf(converted<uint16_t>("F16", 0x7c00)[0]));
    EXPECT_TRUE(std::isnan(converted<uint16_t>("F16", 0x7e00)[0]));
    EXPECT_EQ(converted<uint16_t>("BF16", 0xc020)[0], -2.5f);
    EXPECT_EQ(converted<double>("F64", 0.1)[0], 0.1f);
    EXPECT_EQ(converted<float>("F32", 0.25f)[0], 0.25f);
    EXPECT_THROW(converted<int64_t>("I64", 1), Error);
}

} // namespace
} // namespace sbert::encoder
