// Row operations against their naive versions, on every instruction set and all short lengths.
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "encoder/kernels/rows.h"
#include "tests/unit/each_target.h"
#include "tests/unit/random_floats.h"

namespace sbert::kernels {
namespace {

using test::for_each_target;

std::vector<float> random_floats(size_t n, unsigned seed)
{
    return test::random_floats(n, seed, 0.5f, 3);
}

void expect_near(const std::vector<float> &a, const std::vector<float> &b, double tolerance)
{
    ASSERT_EQ(a.size(), b.size());
    for (size_t i = 0; i < a.size(); i++)
        ASSERT_NEAR(a[i], b[i], tolerance) << "element " << i << " of " << a.size();
}

TEST(Rows, LayerNorm)
{
    for_each_target([] {
        for (size_t C = 1; C <= 200; C += C < 70 ? 1 : 13) {
            const size_t rows = 3;
            const auto x = random_floats(rows * C, 1), residual = random_floats(rows * C, 2);
            const auto gamma = random_floats(C, 3), beta = random_floats(C, 4);
            for (const float *r : {static_cast<const float *>(nullptr), residual.data()}) {
                std::vector<float> y(rows * C), expected(rows * C);
                layer_norm(x.data(), r, rows, C, gamma.data(), beta.data(), 1e-5f, y.data());
                layer_norm_reference(x.data(), r, rows, C, gamma.data(), beta.data(), 1e-5f,
                                     expected.data());
                expect_near(y, expected, 2e-4); // gamma up to 10, C = 1 divides by sqrt(eps)
            }
        }
    });
}

TEST(Rows, LayerNormInPlaceOverItsResidual)
{
    const size_t C = 40;
    const auto x = random_floats(C, 1), gamma = random_floats(C, 3), beta = random_floats(C, 4);
    std::vector<float> y = random_floats(C, 2), expected(C);
    layer_norm_reference(x.data(), y.data(), 1, C, gamma.data(), beta.data(), 1e-12f,
                         expected.data());
    layer_norm(x.data(), y.data(), 1, C, gamma.data(), beta.data(), 1e-12f, y.data());
    expect_near(y, expected, 1e-5);
}

TEST(Rows, Softmax)
{
    for_each_target([] {
        for (size_t n = 1; n <= 130; n++) {
            const size_t ld = (n + 31) / 32 * 32;
            std::vector<float> scores = random_floats(2 * ld, static_cast<unsigned>(n));
            std::vector<float> expected = scores;
            softmax(scores.data(), 2, n, ld, 0.7f);
            softmax_reference(expected.data(), 2, n, ld, 0.7f);
            expect_near(scores, expected, 1e-6);
        }
    });
}

TEST(Rows, SoftmaxOfHugeScoresStaysFinite)
{
    for_each_target([] {
        std::vector<float> scores(32, 1e30f);
        scores[1] = 2e30f;
        softmax(scores.data(), 1, 3, 32, 1.0f);
        EXPECT_EQ(scores[0], 0.0f);
        EXPECT_EQ(scores[1], 1.0f);
        EXPECT_EQ(scores[2], 0.0f);
    });
}

TEST(Rows, SumsAndMaxima)
{
    for_each_target([] {
        for (size_t n = 0; n <= 70; n++) {
            const auto x = random_floats(n, 1), start = random_floats(n, 2);
            std::vector<float> y = start, expected = start;
            add(y.data(), x.data(), n);
            add_reference(expected.data(), x.data(), n);
            expect_near(y, expected, 0);
            add_scaled(y.data(), x.data(), 0.37f, n);
            add_scaled_reference(expected.data(), x.data(), 0.37f, n);
            expect_near(y, expected, 1e-5);
            maximum(y.data(), x.data(), n);
            maximum_reference(expected.data(), x.data(), n);
            expect_near(y, expected, 1e-5);
            scale(y.data(), 1.7f, n);
            scale_reference(expected.data(), 1.7f, n);
            expect_near(y, expected, 1e-4);
        }
    });
}

} // namespace
} // namespace sbert::kernels
