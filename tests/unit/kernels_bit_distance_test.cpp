// Distances of bits: every instruction set that this machine runs, against the naive versions.
#include "encoder/kernels/bit_distance.h"

#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <hwy/highway.h>
#include <hwy/tests/hwy_gtest.h>

#include "tests/unit/page_end.h"

namespace sbert::kernels {
namespace {

using Row = std::vector<uint8_t>;

std::vector<size_t> lengths()
{
    std::vector<size_t> result;
    for (size_t n = 0; n <= 70; n++)
        result.push_back(n);
    for (size_t n = 3984; n <= 4016; n++)
        result.push_back(n);
    return result;
}

Row random_row(size_t n, uint32_t seed)
{
    std::mt19937 random(seed);
    Row row(n);
    for (uint8_t &byte : row)
        byte = static_cast<uint8_t>(random());
    return row;
}

class BitDistanceTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(BitDistanceTest);

// The rows end where memory ends.
TEST_P(BitDistanceTest, EqualsReference)
{
    for (size_t n : lengths()) {
        const test::PageEnd<uint8_t> a(random_row(n, 1)), b(random_row(n, 2));
        EXPECT_EQ(hamming(a.data(), b.data(), n), hamming_reference(a.data(), b.data(), n)) << n;
        EXPECT_EQ(jaccard(a.data(), b.data(), n), jaccard_reference(a.data(), b.data(), n)) << n;
    }
}

TEST_P(BitDistanceTest, AllBitsCount)
{
    for (size_t n : lengths()) {
        const Row ones(n, 0xff), zeros(n), odd(n, 0xaa), even(n, 0x55);
        EXPECT_EQ(hamming(ones.data(), zeros.data(), n), 8 * n);
        EXPECT_EQ(hamming(odd.data(), even.data(), n), 8 * n);
        EXPECT_EQ(hamming(odd.data(), ones.data(), n), 4 * n);
        EXPECT_EQ(hamming(odd.data(), odd.data(), n), 0u);
        if (n > 0) {
            EXPECT_EQ(jaccard(ones.data(), ones.data(), n), 0);
            EXPECT_EQ(jaccard(ones.data(), odd.data(), n), 0.5);
        }
    }
}

// One bit of one row, wherever it is.
TEST_P(BitDistanceTest, EachBitCountsOnce)
{
    const Row ones(70, 0xff), zeros(70);
    for (size_t i = 0; i < 560; i++) {
        Row one = zeros;
        one[i / 8] = static_cast<uint8_t>(1u << (i % 8));
        EXPECT_EQ(hamming(one.data(), zeros.data(), 70), 1u) << i;
        EXPECT_EQ(jaccard(one.data(), ones.data(), 70), 1 - 1.0 / 560) << i;
    }
}

TEST_P(BitDistanceTest, NothingInCommonIsOne)
{
    for (size_t n : lengths()) {
        const Row zeros(n), odd(n, 0xaa), even(n, 0x55);
        EXPECT_EQ(jaccard(zeros.data(), zeros.data(), n), 1) << n;
        EXPECT_EQ(jaccard(zeros.data(), odd.data(), n), 1) << n;
        EXPECT_EQ(jaccard(even.data(), odd.data(), n), 1) << n;
    }
}

} // namespace
} // namespace sbert::kernels
