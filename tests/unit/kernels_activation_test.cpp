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
using Function = void (*)(float *, size_t) noexcept;

struct Case {
    const char *name;
    Function function, reference;
};

const Case kCases[] = {
    {"gelu", gelu, gelu_reference},
    {"gelu_tanh", gelu_tanh, gelu_tanh_reference},
    {"quick_gelu", quick_gelu, quick_gelu_reference},
    {"silu", silu, silu_reference},
    {"relu", relu, relu_reference},
    {"tanh", tanh, tanh_reference},
    {"sigmoid", sigmoid, sigmoid_reference},
};

void expect_agrees(const Case &c, const std::vector<float> &x)
{
    std::vector<float> y = x, expected = x;
    c.function(y.data(), y.size());
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
    gelu(&exact, 1);
    gelu_tanh(&approximate, 1);
    EXPECT_GT(std::fabs(exact - approximate), 1e-5f);
}

} // namespace
} // namespace sbert::kernels
