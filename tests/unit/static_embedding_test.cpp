// Static embeddings from a directory to vectors: encoder/import/static_embedding.h.
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "encoder/encoder.h"
#include "encoder/import/directory.h"
#include "encoder/import/import.h"
#include "tests/unit/tiny_model.h"

namespace sbert::encoder {
namespace {

constexpr int kWidth = 6;

// A safetensors file may hold whole numbers too: I64 in place of the F32 of `name`, whose values
// are written one after another with zeros for their upper halves.
std::string as_whole_numbers(std::string file, const std::string &name, size_t count)
{
    const size_t at = file.find("\"" + name + "\":{\"dtype\":\"F32\"");
    file.replace(file.find("F32", at), 3, "I64");
    const std::string shape = "\"shape\":[" + std::to_string(2 * count) + "]";
    const size_t extents = file.find(shape, at);
    std::string halved = "\"shape\":[" + std::to_string(count) + "]";
    halved.resize(shape.size(), ' '); // JSON may have spaces there
    return file.replace(extents, shape.size(), halved);
}

class StaticEmbedding : public testing::Test {
  protected:
    void write(const std::string &tensors, const std::string &more_modules = "")
    {
        tests::write_file(dir / "model/modules.json",
                          R"([{"idx":0,"name":"0","path":"0_StaticEmbedding","type":)"
                          R"("sentence_transformers.models.StaticEmbedding"})" +
                              more_modules + "]");
        tests::write_file(dir / "model/0_StaticEmbedding/tokenizer.json",
                          tests::tiny_tokenizer_json(model));
        tests::write_file(dir / "model/0_StaticEmbedding/model.safetensors", tensors);
    }

    std::vector<float> encode(const std::string &text, Precision precision = Precision::kF32)
    {
        import_directory(dir / "model", dir / "static.sbert", Overwrite::kForce, precision);
        const auto encoder = Encoder::open(dir / "static.sbert", Owner::kAny);
        std::vector<float> out(encoder->dimensions());
        const std::string_view view = text;
        encoder->encode({&view, 1}, {}, {}, out.data(), out.size(), {&info, 1});
        return out;
    }

    // The mean of some rows.
    std::vector<float> mean(const std::vector<size_t> &rows) const
    {
        std::vector<float> sum(kWidth);
        for (size_t row : rows)
            for (size_t j = 0; j < kWidth; j++)
                sum[j] += table.values[row * kWidth + j] / static_cast<float>(rows.size());
        return sum;
    }

    static void expect_near(const std::vector<float> &is, const std::vector<float> &should,
                            float tolerance = 1e-6f)
    {
        ASSERT_EQ(is.size(), should.size());
        for (size_t j = 0; j < is.size(); j++)
            EXPECT_NEAR(is[j], should[j], tolerance);
    }

    tests::TempDir dir;
    tests::TinyModel model;
    tests::TinyTensor table = tests::TinyRandom(5).tensor({12, kWidth});
    TextInfo info;
};

TEST_F(StaticEmbedding, IsTheMeanOfTheTokensRowsWithoutSpecialTokens)
{
    write(tests::make_safetensors({{"embedding.weight", table}}));
    expect_near(encode("cat dogs the"), mean({7, 8, 9, 10}));
    EXPECT_EQ(info.tokens, 4u);
    expect_near(encode("zebra"), mean({1})); // the unknown token counts
    // The tokenizer's own cut, which sentence-transformers leaves in place here: 4 tokens.
    expect_near(encode("cat cat cat cat dog"), mean({7}));
    EXPECT_TRUE(info.truncated);
}

TEST_F(StaticEmbedding, OfNoTokenIsZero)
{
    write(tests::make_safetensors({{"embedding.weight", table}}),
          R"(,{"idx":1,"name":"1","path":"1","type":"sentence_transformers.models.Normalize"})");
    for (const Precision precision : {Precision::kF32, Precision::kBf16, Precision::kInt8})
        EXPECT_EQ(encode("", precision), std::vector<float>(kWidth));
}

TEST_F(StaticEmbedding, IsCloseInFewerBits)
{
    write(tests::make_safetensors({{"embedding.weight", table}}));
    expect_near(encode("cat the", Precision::kBf16), mean({7, 10}), 2e-3f);
    expect_near(encode("cat the", Precision::kInt8), mean({7, 10}), 2e-3f);
}

TEST_F(StaticEmbedding, FoldsWhatModel2vecKeepsApart)
{
    // Token i has row 11 - i, times i / 2.
    tests::TinyTensor mapping = {{24}, std::vector<float>(24)}, factors = {{12}, {}};
    for (int64_t i = 0; i < 12; i++) {
        const int64_t row = 11 - i;
        std::memcpy(&mapping.values[static_cast<size_t>(2 * i)], &row, sizeof row);
        factors.values.push_back(static_cast<float>(i) / 2);
    }
    const std::string file = tests::make_safetensors(
        {{"embeddings", table}, {"mapping", mapping}, {"weights", factors}});
    write(as_whole_numbers(file, "mapping", 12));
    std::vector<float> expected(kWidth);
    for (size_t j = 0; j < kWidth; j++)
        expected[j] = table.values[4 * kWidth + j] * 3.5f;
    expect_near(encode("cat"), expected);
    write(tests::make_safetensors({{"embeddings", table}}));
    expect_near(encode("cat"), mean({7}));
}

TEST_F(StaticEmbedding, RefusesTablesThatDoNotFit)
{
    const tests::TinyTensor three = tests::TinyRandom(1).tensor({3});
    const std::string files[] = {
        tests::make_safetensors({{"other", table}}),
        tests::make_safetensors({{"embeddings", three}}),
        tests::make_safetensors({{"embeddings", table}, {"weights", three}}),
        tests::make_safetensors({{"embeddings", table}, {"mapping", three}}),
        as_whole_numbers(
            tests::make_safetensors({{"embeddings", table}, {"mapping", {{2}, {1.0f, 1.0f}}}}),
            "mapping", 1),
    };
    const char *const names[] = {"embeddings", "embeddings", "weights", "mapping", "mapping"};
    for (size_t i = 0; i < std::size(files); i++) {
        write(files[i]);
        try {
            read_directory(dir / "model");
            ADD_FAILURE() << i;
        } catch (const Error &error) {
            EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
            EXPECT_NE(std::string(error.what()).find(names[i]), std::string::npos) << error.what();
        }
    }
}

} // namespace
} // namespace sbert::encoder
