// Codes of 4 and 8 bits: every instruction set against the naive versions.
#include "encoder/kernels/scalar_codes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <hwy/highway.h>
#include <hwy/tests/hwy_gtest.h>

#include "tests/unit/code_vectors.h"

namespace sbert::kernels {
namespace {

using test::code_lengths;
using test::random_floats;
using test::spiky_vector;

using Row = std::vector<float>;
using Codes = std::vector<uint8_t>;

double distance(const Row &a, const Row &b)
{
    double sum = 0;
    for (size_t i = 0; i < a.size(); i++)
        sum += (static_cast<double>(a[i]) - b[i]) * (static_cast<double>(a[i]) - b[i]);
    return std::sqrt(sum);
}

// Encoded, with bytes behind the end that must stay as they are.
Codes encoded(const Row &x, int bits, ScalarRange *range)
{
    const size_t bytes = scalar_code_bytes(x.size(), bits);
    Codes codes(bytes + 64, 0xAB);
    *range = encode_scalar(x.data(), x.size(), bits, codes.data());
    EXPECT_EQ(Codes(codes.begin() + static_cast<std::ptrdiff_t>(bytes), codes.end()),
              Codes(64, 0xAB));
    return codes;
}

Row decoded(const Codes &codes, ScalarRange range, size_t d, int bits)
{
    Row x(d + 16, 7);
    decode_scalar(codes.data(), range, d, bits, x.data());
    EXPECT_EQ(Row(x.begin() + static_cast<std::ptrdiff_t>(d), x.end()), Row(16, 7));
    x.resize(d);
    return x;
}

// The promised bound holds against the decoded floats and against exact arithmetic.
void expect_certain(const Row &x, int bits)
{
    ScalarRange range;
    const Codes codes = encoded(x, bits, &range);
    const Row back = decoded(codes, range, x.size(), bits);
    EXPECT_LE(distance(x, back), range.error) << x.size() << " " << bits;
    Codes again(codes.size());
    const ScalarRange exact = encode_scalar_reference(x.data(), x.size(), bits, again.data());
    EXPECT_LE(exact.error, range.error) << x.size() << " " << bits;
}

class ScalarCodesTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(ScalarCodesTest);

TEST_P(ScalarCodesTest, EncodingAgreesWithReference)
{
    for (int bits : {4, 8}) {
        for (size_t d : code_lengths()) {
            const Row x = random_floats(d, 1);
            ScalarRange range;
            const Codes codes = encoded(x, bits, &range);
            Codes expected(codes.size(), 0xAB);
            const ScalarRange exact = encode_scalar_reference(x.data(), d, bits, expected.data());
            EXPECT_EQ(codes, expected) << d;
            EXPECT_EQ(range.low, exact.low);
            EXPECT_EQ(range.step, exact.step);
            EXPECT_GE(range.error, exact.error);
            // Certain, but not wasteful.
            EXPECT_LE(range.error, exact.error * 1.002f + 1e-5f * std::sqrt(static_cast<float>(d)))
                << d;
        }
    }
}

TEST_P(ScalarCodesTest, ErrorIsABound)
{
    for (int bits : {4, 8}) {
        for (size_t d : code_lengths()) {
            for (uint32_t seed = 0; seed < 10; seed++) {
                Row x = spiky_vector(d, seed);
                expect_certain(x, bits);
                for (float &v : x) // far from zero: decoding rounds more than the codes do
                    v = 1000 + v * 1e-4f;
                expect_certain(x, bits);
            }
        }
    }
}

TEST_P(ScalarCodesTest, DecodingAgreesWithReference)
{
    for (int bits : {4, 8}) {
        for (size_t d : code_lengths()) {
            ScalarRange range;
            const Codes codes = encoded(random_floats(d, 2), bits, &range);
            Row expected(d);
            decode_scalar_reference(codes.data(), range, d, bits, expected.data());
            const Row x = decoded(codes, range, d, bits);
            for (size_t i = 0; i < d; i++)
                EXPECT_NEAR(x[i], expected[i], 1e-6) << d;
        }
    }
}

TEST_P(ScalarCodesTest, ProductAgreesWithReference)
{
    for (int bits : {4, 8}) {
        for (size_t d : code_lengths()) {
            const Row q = random_floats(d, 3);
            ScalarRange range;
            const Codes codes = encoded(random_floats(d, 4), bits, &range);
            const double expected = scalar_product_reference(q.data(), codes.data(), d, bits);
            EXPECT_NEAR(scalar_product(q.data(), codes.data(), d, bits), expected,
                        2e-5 * static_cast<double>(d) + 1e-3)
                << d << " " << bits;
        }
    }
}

// Sums of small whole numbers are exact: a lost or doubled element shows.
TEST_P(ScalarCodesTest, WholeNumbersAreExact)
{
    for (int bits : {4, 8}) {
        for (size_t d : code_lengths()) {
            Codes codes(scalar_code_bytes(d, bits) + 64, 0xFF); // what lies behind does not count
            Row q(d + 64, std::numeric_limits<float>::quiet_NaN());
            for (size_t i = 0; i < scalar_code_bytes(d, bits); i++)
                codes[i] = static_cast<uint8_t>(i * 37 % 251);
            for (size_t i = 0; i < d; i++)
                q[i] = static_cast<float>(i % 5) - 2;
            EXPECT_EQ(scalar_product(q.data(), codes.data(), d, bits),
                      scalar_product_reference(q.data(), codes.data(), d, bits))
                << d << " " << bits;
        }
    }
}

TEST_P(ScalarCodesTest, ConstantVectorsComeBack)
{
    for (int bits : {4, 8}) {
        for (size_t d : code_lengths()) {
            for (float value : {0.0f, -0.25f, 1e-40f, 3e38f}) {
                const Row x(d, value);
                ScalarRange range;
                const Codes codes = encoded(x, bits, &range);
                EXPECT_EQ(range.step, 0);
                EXPECT_EQ(decoded(codes, range, d, bits), x) << d;
                EXPECT_LT(range.error, 1e-4f * (std::abs(value) + 1e-10f)) << d;
            }
        }
    }
}

// A range that floats can hardly hold: a bound all the same.
TEST_P(ScalarCodesTest, ExtremeRanges)
{
    for (int bits : {4, 8}) {
        for (float scale : {1e-43f, 1e-38f, 1e-31f, 1e-20f, 1e15f}) {
            Row x = random_floats(100, 5);
            for (float &v : x)
                v *= scale;
            expect_certain(x, bits);
        }
        Row x = random_floats(100, 6);
        x[3] = 3e38f;
        x[70] = -3e38f;
        ScalarRange range;
        const Codes codes = encoded(x, bits, &range);
        EXPECT_FALSE(std::isnan(range.error));
        EXPECT_GE(range.error, distance(x, decoded(codes, range, x.size(), bits)));
    }
}

} // namespace
} // namespace sbert::kernels
