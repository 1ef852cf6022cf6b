// Half precision: single values against a naive search among all halves, rows against single values
// on every instruction set that this machine runs.
#include "encoder/kernels/half.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <hwy/highway.h>
#include <hwy/tests/hwy_gtest.h>

#include "encoder/kernels/half_rows.h"

namespace sbert::kernels {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

Half half_of_bits(uint32_t bits) { return {static_cast<uint16_t>(bits)}; }

// The value by the definition of the format, in double.
double value_of(Half half)
{
    const int exponent = half.bits >> 10 & 31, fraction = half.bits & 1023;
    const double sign = (half.bits & 0x8000) != 0 ? -1 : 1;
    if (exponent == 31)
        return fraction != 0 ? std::numeric_limits<double>::quiet_NaN() : sign * kInfinity;
    if (exponent == 0)
        return sign * std::ldexp(fraction, -24);
    return sign * std::ldexp(1024 + fraction, exponent - 25);
}

// The nearest half of `value` >= 0, found by halving among all of them: their bits are in the order
// of their values. Past the largest the step goes on, so that 65536 stands for infinity.
uint16_t nearest_bits(double value)
{
    const auto step_value = [](uint32_t bits) {
        return bits == kHalfInfinity ? 65536.0 : value_of(half_of_bits(bits));
    };
    if (value >= 65536)
        return kHalfInfinity;
    uint32_t below = 0, above = kHalfInfinity; // below <= value < above
    while (above - below > 1) {
        const uint32_t middle = (below + above) / 2;
        (step_value(middle) <= value ? below : above) = middle;
    }
    const double to_below = value - step_value(below), to_above = step_value(above) - value;
    if (to_below == to_above)
        return static_cast<uint16_t>(below % 2 == 0 ? below : above);
    return static_cast<uint16_t>(to_below < to_above ? below : above);
}

void expect_nearest(float value)
{
    const uint32_t sign = std::signbit(value) ? 0x8000 : 0;
    EXPECT_EQ(to_half(value).bits, nearest_bits(std::abs(static_cast<double>(value))) | sign)
        << std::hexfloat << value;
}

// Floats at which roundings may go wrong: every half, every middle between two, their neighbours.
std::vector<float> hard_floats()
{
    std::vector<float> result = {0.0f,      -0.0f,      65519.996f, 65520.0f, 65536.0f, 3.4e38f,
                                 kInfinity, -kInfinity, 1e-45f,     0x1p-25f, -0x1p-26f};
    for (uint32_t bits = 0; bits < kHalfInfinity; bits++) {
        const float here = from_half(half_of_bits(bits));
        const float next = bits + 1 == kHalfInfinity ? 65536.0f : from_half(half_of_bits(bits + 1));
        const float middle = here + (next - here) / 2;
        for (float value : {here, middle})
            for (float near :
                 {value, std::nextafter(value, 0.0f), std::nextafter(value, kInfinity)})
                result.insert(result.end(), {near, -near});
    }
    return result;
}

TEST(HalfTest, EveryHalfHasItsValueAndComesBack)
{
    for (uint32_t bits = 0; bits < 65536; bits++) {
        const Half half = half_of_bits(bits);
        const float value = from_half(half);
        if (std::isnan(value_of(half))) {
            EXPECT_TRUE(std::isnan(value)) << bits;
            EXPECT_TRUE(std::isnan(from_half(to_half(value)))) << bits;
            EXPECT_FALSE(is_finite(half));
            continue;
        }
        EXPECT_EQ(value, value_of(half)) << bits;
        EXPECT_EQ(std::signbit(value), (bits & 0x8000) != 0) << bits;
        EXPECT_EQ(to_half(value).bits, bits);
        EXPECT_EQ(is_finite(half), std::isfinite(value)) << bits;
    }
}

TEST(HalfTest, RoundsToTheNearestTiesToEven)
{
    for (float value : hard_floats())
        expect_nearest(value);
}

TEST(HalfTest, RoundsRandomFloats)
{
    std::mt19937 random(1);
    for (int i = 0; i < 200000; i++) {
        const float value = std::bit_cast<float>(static_cast<uint32_t>(random()));
        if (!std::isnan(value))
            expect_nearest(value);
        // Most of the above are too large or too small.
        expect_nearest(std::ldexp(static_cast<float>(random()) * 0x1p-32f,
                                  static_cast<int>(random() % 48) - 30));
    }
}

TEST(HalfTest, Limits)
{
    EXPECT_EQ(to_half(65519.996f).bits, 0x7bff);
    EXPECT_EQ(to_half(65520).bits, kHalfInfinity);
    EXPECT_EQ(to_half(-65520).bits, 0x8000 | kHalfInfinity);
    EXPECT_EQ(to_half(kInfinity).bits, kHalfInfinity);
    EXPECT_EQ(to_half(0x1p-24f).bits, 1);
    EXPECT_EQ(to_half(0x1p-25f).bits, 0);
    EXPECT_EQ(to_half(0x1.000002p-25f).bits, 1);
    EXPECT_EQ(to_half(-0.0f).bits, 0x8000);
    EXPECT_TRUE(std::isnan(from_half(to_half(std::numeric_limits<float>::quiet_NaN()))));
    EXPECT_TRUE(std::isnan(from_half(to_half(std::numeric_limits<float>::signaling_NaN()))));
}

class HalfRowsTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(HalfRowsTest);

TEST_P(HalfRowsTest, EveryHalfAsAlone)
{
    std::vector<Half> halves(65536);
    for (uint32_t bits = 0; bits < 65536; bits++)
        halves[bits] = half_of_bits(bits);
    std::vector<float> floats(65536);
    halves_to_floats(halves.data(), floats.data(), floats.size());
    for (uint32_t bits = 0; bits < 65536; bits++) {
        const float alone = from_half(halves[bits]);
        if (std::isnan(alone))
            EXPECT_TRUE(std::isnan(floats[bits])) << bits;
        else
            EXPECT_EQ(std::bit_cast<uint32_t>(floats[bits]), std::bit_cast<uint32_t>(alone))
                << bits;
    }
}

// Of any length, nothing is read or written past the end.
TEST_P(HalfRowsTest, StopsAtTheEnd)
{
    for (size_t n = 0; n <= 70; n++) {
        std::vector<float> floats(n);
        std::vector<Half> halves(n);
        for (size_t i = 0; i < n; i++)
            halves[i] = half_of_bits(static_cast<uint32_t>(i * 419));
        floats.push_back(7);
        halves_to_floats(halves.data(), floats.data(), n);
        EXPECT_EQ(floats[n], 7);
        for (size_t i = 0; i < n; i++)
            EXPECT_EQ(floats[i], from_half(halves[i])) << i << " of " << n;
    }
}

} // namespace
} // namespace sbert::kernels
