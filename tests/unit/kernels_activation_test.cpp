// Activations against their definitions in double, on every instruction set, over a dense grid and
// all short lengths.
#include <algorithm>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "encoder/kernels/activation.h"
#include "tests/unit/each_target.h"

namespace sbert::kernels {
namespace {

using test::for_each_target;
struct Case {
    const char *name;
    void (*function)(float *, size_t, size_t, size_t) noexcept;
    void (*reference)(float *, size_t) noexcept;
};

const Case kCases[] = {
    {"gelu", gelu_rows, gelu_reference},
    {"gelu_tanh", gelu_tanh_rows, gelu_tanh_reference},
    {"quick_gelu", quick_gelu_rows, quick_gelu_reference},
    {"silu", silu_rows, silu_reference},
    {"relu", relu_rows, relu_reference},
    {"tanh", tanh_rows, tanh_reference},
    {"sigmoid", sigmoid_rows, sigmoid_reference},
};

void expect_agrees(const Case &c, const std::vector<float> &x)
{
    std::vector<float> y = x, expected = x;
    c.function(y.data(), y.size(), 1, y.size());
    c.reference(expected.data(), expected.size());
    for (size_t i = 0; i < x.size(); i++)
        ASSERT_NEAR(y[i], expected[i], std::max(6e-7, std::fabs(expected[i]) * 2e-7))
            << c.name << "(" << x[i] << ")";
}

TEST(Activation, AgreesOverAGrid)
{
    std::vector<float> grid;
    for (int i = -30000; i <= 30000; i++)
        grid.push_back(static_cast<float>(i) / 1000.0f);
    for_each_target([&] {
        for (const Case &c : kCases)
            expect_agrees(c, grid);
    });
}

TEST(Activation, AgreesFarFromZero)
{
    const std::vector<float> far = {-1e30f, -1e6f, -1000, -200,   -104.5f, -90,  -88.5f, -60,
                                    60,     88.5f, 90,    104.5f, 200,     1000, 1e6f,   1e30f};
    for_each_target([&] {
        for (const Case &c : kCases)
            expect_agrees(c, far);
    });
}

TEST(Activation, AgreesAtEveryLength)
{
    for_each_target([] {
        for (const Case &c : kCases) {
            for (size_t n = 0; n <= 70; n++) {
                std::vector<float> x(n);
                for (size_t i = 0; i < n; i++)
                    x[i] = static_cast<float>(i) * 0.13f - 4.0f;
                expect_agrees(c, x);
            }
        }
    });
}

TEST(Activation, TheTwoGelusDiffer)
{
    float exact = 1.0f, approximate = 1.0f;
    gelu_rows(&exact, 1, 1, 1);
    gelu_tanh_rows(&approximate, 1, 1, 1);
    EXPECT_GT(std::fabs(exact - approximate), 1e-5f);
}

} // namespace
} // namespace sbert::kernels
