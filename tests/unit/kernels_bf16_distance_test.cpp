// Sums over a row in bfloat16: the bits of those over the same numbers as floats, on every
// instruction set that this machine runs.
#include "encoder/kernels/distance.h"

#include <bit>
#include <cstdint>
#include <vector>

#include <gtest/gtest.h>
#include <hwy/tests/hwy_gtest.h>

#include "tests/unit/page_end.h"
#include "tests/unit/random_floats.h"

namespace sbert::kernels {
namespace {

class Bf16DistanceTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(Bf16DistanceTest);

std::vector<uint16_t> upper_halves(const std::vector<float> &floats)
{
    std::vector<uint16_t> row;
    for (const float value : floats)
        row.push_back(static_cast<uint16_t>(std::bit_cast<uint32_t>(value) >> 16));
    return row;
}

std::vector<float> floats_of(const std::vector<uint16_t> &row)
{
    std::vector<float> floats;
    for (const uint16_t value : row)
        floats.push_back(std::bit_cast<float>(static_cast<uint32_t>(value) << 16));
    return floats;
}

TEST_P(Bf16DistanceTest, EqualsThatOfFloats)
{
    for (size_t n = 0; n <= 140; n++) {
        const std::vector<float> a = test::random_floats(n, 1);
        const std::vector<uint16_t> row = upper_halves(test::random_floats(n, 2));
        const std::vector<float> b = floats_of(row);
        EXPECT_EQ(l2_squared_bf16(a.data(), row.data(), n), l2_squared(a.data(), b.data(), n));
        EXPECT_EQ(inner_product_bf16(a.data(), row.data(), n),
                  inner_product(a.data(), b.data(), n));
    }
}

// What lies behind the row's end is not read.
TEST_P(Bf16DistanceTest, StopsAtTheEnd)
{
    for (size_t n = 0; n <= 70; n++) {
        const test::PageEnd<float> a(std::vector<float>(n, 1));
        const test::PageEnd<uint16_t> b(upper_halves(std::vector<float>(n, 3)));
        EXPECT_EQ(l2_squared_bf16(a.data(), b.data(), n), 4.0f * static_cast<float>(n));
        EXPECT_EQ(inner_product_bf16(a.data(), b.data(), n), 3.0f * static_cast<float>(n));
    }
}

} // namespace
} // namespace sbert::kernels
