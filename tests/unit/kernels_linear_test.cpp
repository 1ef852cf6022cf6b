// Products of rows with packed panels: against the naive version on every instruction set, and row
// independence.
#include <cstring>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "encoder/kernels/linear.h"
#include "tests/unit/each_target.h"
#include "tests/unit/random_floats.h"

namespace sbert::kernels {
namespace {

using test::for_each_target;

using test::random_floats;

struct Product {
    size_t N, K;
    std::vector<float> w, bias, panels;

    Product(size_t N, size_t K)
        : N(N), K(K), w(random_floats(N * K, 1)), bias(random_floats(N, 2)),
          panels(packed_floats(N, K))
    {
        pack_panels(w.data(), K, N, K, panels.data());
    }
    std::vector<float> run(const std::vector<float> &x, size_t rows) const
    {
        std::vector<float> y(rows * N);
        linear(x.data(), K, rows, K, panels.data(), bias.data(), N, y.data(), N);
        return y;
    }
};

void expect_agrees(size_t rows, size_t N, size_t K)
{
    const Product product(N, K);
    const std::vector<float> x = random_floats(rows * K, 3);
    std::vector<float> expected(rows * N);
    linear_reference(x.data(), K, rows, K, product.w.data(), product.bias.data(), N,
                     expected.data(), N);
    const std::vector<float> y = product.run(x, rows);
    for (size_t i = 0; i < y.size(); i++)
        ASSERT_NEAR(y[i], expected[i], 1e-5 * static_cast<double>(K))
            << rows << " rows, N " << N << ", K " << K << ", element " << i;
}

TEST(Linear, AgreesWithTheReference)
{
    for_each_target([] {
        for (size_t rows = 1; rows <= 70; rows++)
            expect_agrees(rows, 33, 17);
        for (size_t N = 1; N <= 70; N++)
            expect_agrees(5, N, 9);
        for (size_t K = 1; K <= 70; K++)
            expect_agrees(3, 40, K);
    });
}

TEST(Linear, ARowsBitsDoNotDependOnTheOthers)
{
    for_each_target([] {
        const Product product(96, 64);
        const std::vector<float> x = random_floats(600 * 64, 4);
        const std::vector<float> all = product.run(x, 600);
        for (size_t rows = 1; rows <= 600; rows++) {
            const std::vector<float> some = product.run(x, rows);
            ASSERT_EQ(std::memcmp(some.data(), all.data(), some.size() * sizeof(float)), 0)
                << rows << " rows";
        }
    });
}

TEST(Linear, WritesNothingBeyondItsColumns)
{
    for_each_target([] {
        const size_t rows = 7, N = 37, ld = 50;
        const Product product(N, 8);
        const std::vector<float> x = random_floats(rows * 8, 5);
        std::vector<float> y(rows * ld, -7.0f);
        linear(x.data(), 8, rows, 8, product.panels.data(), nullptr, N, y.data(), ld);
        for (size_t i = 0; i < rows; i++)
            for (size_t j = N; j < ld; j++)
                ASSERT_EQ(y[i * ld + j], -7.0f);
    });
}

TEST(Linear, PackingTransposedIsTheSame)
{
    const size_t N = 45, K = 13;
    const std::vector<float> w = random_floats(N * K, 6);
    std::vector<float> transposed(N * K);
    for (size_t j = 0; j < N; j++)
        for (size_t k = 0; k < K; k++)
            transposed[k * N + j] = w[j * K + k];
    std::vector<float> a(packed_floats(N, K)), b(packed_floats(N, K));
    pack_panels(w.data(), K, N, K, a.data());
    pack_panels_transposed(transposed.data(), N, N, K, b.data());
    EXPECT_EQ(a, b);
}

} // namespace
} // namespace sbert::kernels
