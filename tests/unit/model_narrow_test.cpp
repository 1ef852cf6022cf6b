// Rounding weights to bfloat16 and to 8 bits: encoder/import/narrow.h, and what an import makes of
// a whole model with it (packed_tensors.h), against the same written down again in double
// precision.
#include <cmath>
#include <cstring>
#include <deque>
#include <limits>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "encoder/error.h"
#include "encoder/import/directory.h"
#include "encoder/import/narrow.h"
#include "encoder/import/packed_tensors.h"
#include "encoder/model/layout.h"
#include "encoder/model/required_tensors.h"
#include "tests/unit/tiny_model.h"

namespace sbert::encoder {
namespace {

using Rows = std::vector<std::vector<double>>;
using Doubles = std::vector<double>;

double widened(uint16_t bf16)
{
    const uint32_t bits = uint32_t{bf16} << 16;
    float value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

template <class Element>
Rows rows_of(const Tensor &tensor, double (*widen)(Element))
{
    Rows rows;
    std::vector<Element> row(row_bytes(tensor) / sizeof(Element));
    for (int64_t i = 0; i < row_count(tensor); ++i) {
        copy_row(tensor, i, row.data());
        Doubles &wide = rows.emplace_back();
        for (Element element : row)
            wide.push_back(widen(element));
    }
    return rows;
}

Rows values(const Tensor &tensor)
{
    switch (tensor.dtype) {
    case DType::kBf16:
        return rows_of<uint16_t>(tensor, widened);
    case DType::kI8:
        return rows_of<int8_t>(tensor, [](int8_t value) -> double { return value; });
    case DType::kF32:
        break;
    }
    return rows_of<float>(tensor, [](float value) -> double { return value; });
}

// A model of two layers, as published and as packed.
class ModelNarrow : public testing::Test {
  protected:
    void SetUp() override
    {
        tests::TinyModel model;
        model.hidden = 36;
        model.heads = 4;
        model.intermediate = 50;
        tests::write_tiny_model(dir / "model", model);
        directory = read_directory(dir / "model");
    }

    // check_tensors() throws where it is not what the spec asks for.
    std::map<std::string, Tensor> pack(Precision precision)
    {
        directory.spec.precision = precision;
        packed = std::make_unique<PackedTensors>(directory.spec, directory.tensors);
        check_tensors(directory.spec, packed->tensors(), "packed");
        return by_name(packed->tensors());
    }

    static std::map<std::string, Tensor> by_name(const std::vector<Tensor> &tensors)
    {
        std::map<std::string, Tensor> map;
        for (const Tensor &tensor : tensors)
            map[tensor.name] = tensor;
        return map;
    }

    // What was published, and beside it query, key and value one below the other, as the packed
    // file has them.
    std::map<std::string, Tensor> published_and_joined()
    {
        std::map<std::string, Tensor> map = by_name(directory.tensors);
        for (const std::string layer : {"0", "1"})
            for (const std::string end : {".weight", ".bias"})
                join("encoder.layer." + layer + ".attention.self.", end, map);
        return map;
    }

    void join(const std::string &self, const std::string &end, std::map<std::string, Tensor> &map)
    {
        Tensor whole = map.at(self + "query" + end);
        std::vector<float> &rows = joined.emplace_back();
        for (const char *part : {"query", "key", "value"}) {
            const Tensor &tensor = map.at(self + part + end);
            const auto *begin = static_cast<const float *>(tensor.data);
            rows.insert(rows.end(), begin, begin + tensor.bytes / sizeof(float));
        }
        whole.shape[0] *= 3;
        whole.bytes *= 3;
        whole.data = rows.data();
        map[self + "query_key_value" + end] = whole;
    }

    tests::TempDir dir;
    DirectoryModel directory;
    std::unique_ptr<PackedTensors> packed;
    std::deque<std::vector<float>> joined;
};

TEST_F(ModelNarrow, Bf16IsTheNearestOfEachWeight)
{
    const auto published = published_and_joined();
    for (const auto &[name, tensor] : pack(Precision::kBf16)) {
        const Rows narrow = values(tensor), exact = values(published.at(name));
        for (size_t n = 0; n < exact.size(); ++n) {
            for (size_t k = 0; k < exact[n].size(); ++k) {
                // 8 significant bits: the distance between neighbours is 2^-7 of the power below.
                const double unit = std::ldexp(1.0, std::ilogb(exact[n][k]) - 7);
                const double nearest = std::nearbyint(exact[n][k] / unit) * unit;
                ASSERT_EQ(narrow[n][k], tensor.dtype == DType::kBf16 ? nearest : exact[n][k])
                    << name << ", " << n << ", " << k;
            }
        }
    }
}

TEST_F(ModelNarrow, Bf16RoundsTiesToEvenAndKeepsSpecialValues)
{
    const float values[] = {1, 1 + 1.0f / 256, 1 + 3.0f / 256, -1 - 1.0f / 256, 0, -0.0f, 1e-45f};
    EXPECT_EQ(narrow_bf16(values, 7),
              (std::vector<uint16_t>{0x3f80, 0x3f80, 0x3f82, 0xbf80, 0, 0x8000, 0}));
    const float largest = std::numeric_limits<float>::max();
    EXPECT_THROW(narrow_bf16(&largest, 1), std::overflow_error);
}

TEST(ModelNarrowRows, RoundToEvenAndStateTheirSums)
{
    const float w[] = {127, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, //
                       0,   0,    0,    0,    0,     0,     //
                       -2,  1,    0,    0,    0,     2};
    const Int8Matrix narrow = narrow_int8(w, 3, 6, nullptr);
    EXPECT_EQ(narrow.scale, (std::vector<float>{1, 1, 2.0f / 127}));
    EXPECT_EQ(narrow.sum, (std::vector<float>{127 + 0 + 2 + 2 + 0 - 2, 0, 64}));
    EXPECT_EQ(narrow.values, (std::vector<int8_t>{127, 0, 2, 2, 0, -2, //
                                                  0, 0, 0, 0, 0, 0,    //
                                                  -127, 64, 0, 0, 0, 127}));
}

TEST(ModelNarrowRows, SurviveTheSmallestAndRefuseTheLargest)
{
    const float tiny[] = {1e-45f, -1e-45f, 1e-43f, -3e-43f};
    for (int8_t value : narrow_int8(tiny, 2, 2, nullptr).values)
        EXPECT_GE(value, -127);
    const float big[] = {3e38f, 1}, columns[] = {10, 1};
    EXPECT_THROW(narrow_int8(big, 1, 2, columns), std::overflow_error);
    const float ones[] = {1, 1};
    EXPECT_THROW(smoothing(ones, 1, 2, big, ones), std::overflow_error);
}

TEST(ModelNarrowRows, SmoothingBoundsItsFactors)
{
    // The first channel is always zero.
    const float w[] = {1, 0, 1, -4}, gamma[] = {0, 1}, beta[] = {0, 0};
    const Smoothing made = smoothing(w, 2, 2, gamma, beta);
    EXPECT_NEAR((made.columns[0] + made.columns[1]) / 2, 1, 1e-6);
    EXPECT_NEAR(made.columns[1], 2, 1e-3);
    EXPECT_NEAR(made.columns[0], 1e-4 / 0.50005, 1e-7);
    EXPECT_FLOAT_EQ(made.smooth[0], 1 / made.columns[0]);
}

// The norm in front of each product, as the architecture has it.
std::string norm_of(int layer, const std::string &part)
{
    const std::string prefix = "encoder.layer.";
    if (part.ends_with("output.dense"))
        return "";
    if (part == "intermediate.dense")
        return prefix + std::to_string(layer) + ".attention.output.LayerNorm";
    return layer == 0 ? "embeddings.LayerNorm" : prefix + "0.output.LayerNorm";
}

Doubles column_factors(const Rows &w, const Doubles &gamma, const Doubles &beta)
{
    Doubles factors(gamma.size());
    double sum = 0;
    for (size_t k = 0; k < factors.size(); ++k) {
        double reach = 1e-5;
        for (const Doubles &row : w)
            reach = std::max(reach, std::abs(row[k]));
        factors[k] =
            std::max(1e-4, std::sqrt((std::abs(beta[k]) + 4 * std::abs(gamma[k])) / reach));
        sum += factors[k];
    }
    for (double &factor : factors)
        factor /= sum / static_cast<double>(factors.size());
    return factors;
}

class ModelNarrowInt8 : public ModelNarrow {
  protected:
    void SetUp() override
    {
        ModelNarrow::SetUp();
        published = published_and_joined();
        narrow = pack(Precision::kInt8);
    }

    Doubles vector(const std::map<std::string, Tensor> &tensors, const std::string &name)
    {
        return values(tensors.at(name))[0];
    }

    void check_matrix(const std::string &name, const Doubles &factors)
    {
        const Rows exact = values(published.at(name)), integers = values(narrow.at(name));
        const Doubles scale = vector(narrow, name + "_scale");
        for (size_t n = 0; n < exact.size(); ++n) {
            double reach = 0;
            for (size_t k = 0; k < exact[n].size(); ++k) {
                const double smoothed = exact[n][k] * factors[k];
                reach = std::max(reach, std::abs(smoothed));
                EXPECT_NEAR(integers[n][k] * scale[n], smoothed, scale[n] * 0.5001)
                    << name << ", " << n << ", " << k;
            }
            EXPECT_NEAR(scale[n], reach / 127, 1e-6 * scale[n]) << name << ", " << n;
        }
    }

    std::map<std::string, Tensor> published;
    std::map<std::string, Tensor> narrow;
};

TEST_F(ModelNarrowInt8, RoundsTheWordTableByRow)
{
    check_matrix("embeddings.word_embeddings.weight", Doubles(36, 1.0));
}

TEST_F(ModelNarrowInt8, RoundsEveryProduct)
{
    for (int layer : {0, 1}) {
        for (const std::string part : {"attention.self.query_key_value", "attention.output.dense",
                                       "intermediate.dense", "output.dense"})
        {
            const std::string name = "encoder.layer." + std::to_string(layer) + "." + part;
            const Rows exact = values(published.at(name + ".weight"));
            Doubles factors(exact[0].size(), 1.0);
            if (const std::string norm = norm_of(layer, part); !norm.empty()) {
                // A joined product's factors follow the values.
                std::string followed = name;
                if (followed.ends_with("query_key_value"))
                    followed.replace(followed.rfind("query"), std::string::npos, "value");
                factors = column_factors(values(published.at(followed + ".weight")),
                                         vector(published, norm + ".weight"),
                                         vector(published, norm + ".bias"));
                const Doubles smooth = vector(narrow, name + ".smooth");
                for (size_t k = 0; k < factors.size(); ++k)
                    EXPECT_NEAR(smooth[k] * factors[k], 1, 1e-5) << name << ", " << k;
            }
            check_matrix(name + ".weight", factors);
            const Rows integers = values(narrow.at(name + ".weight"));
            const Doubles sums = vector(narrow, name + ".weight_sum");
            for (size_t n = 0; n < integers.size(); ++n) {
                double sum = 0;
                for (double value : integers[n])
                    sum += value;
                EXPECT_EQ(sums[n], sum) << name << ", " << n;
            }
        }
    }
}

// (x smooth) . (scale w) is x . W, but for the rounding of w.
TEST_F(ModelNarrowInt8, ProductsAreThoseOfTheWeights)
{
    const std::string name = "encoder.layer.1.intermediate.dense";
    const Rows exact = values(published.at(name + ".weight"));
    const Rows integers = values(narrow.at(name + ".weight"));
    const Doubles scale = vector(narrow, name + ".weight_scale");
    const Doubles smooth = vector(narrow, name + ".smooth");
    const tests::TinyTensor x = tests::TinyRandom(9).tensor({36});
    for (size_t n = 0; n < exact.size(); ++n) {
        double wanted = 0, product = 0, bound = 1e-6;
        for (size_t k = 0; k < smooth.size(); ++k) {
            const double smoothed = static_cast<double>(x.values[k]) * smooth[k];
            wanted += static_cast<double>(x.values[k]) * exact[n][k];
            product += smoothed * scale[n] * integers[n][k];
            bound += std::abs(smoothed) * scale[n] / 2;
        }
        EXPECT_NEAR(product, wanted, bound) << n;
    }
}

TEST_F(ModelNarrow, NamesTheTensorThatDoesNotFit)
{
    // A weight beyond bfloat16, and a norm that has channels spread without a bound.
    std::vector<float> huge(36 * 36, 3.4e38f);
    for (Tensor &tensor : directory.tensors)
        if (tensor.name == "encoder.layer.1.attention.self.key.weight" ||
            tensor.name == "encoder.layer.0.output.LayerNorm.weight")
            tensor.data = huge.data();
    auto error_of = [&](Precision precision) -> std::string {
        try {
            pack(precision);
        } catch (const Error &error) {
            EXPECT_EQ(error.code(), ErrorCode::kModelInvalid);
            return error.what();
        }
        return "";
    };
    EXPECT_NE(error_of(Precision::kBf16).find("1.attention.self.query_key_value.weight"),
              std::string::npos);
    EXPECT_NE(error_of(Precision::kInt8).find("1.attention.self.query_key_value.weight"),
              std::string::npos);
    EXPECT_EQ(error_of(Precision::kF32), "");
}

} // namespace
} // namespace sbert::encoder
