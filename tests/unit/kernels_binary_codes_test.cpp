// Codes of one bit a dimension: every instruction set against the naive versions.
#include "encoder/kernels/binary_codes.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <hwy/highway.h>
#include <hwy/tests/hwy_gtest.h>

#include "tests/unit/code_vectors.h"

namespace sbert::kernels {
namespace {

using test::code_lengths;
using test::random_floats;

using Totals = std::vector<uint32_t>;

std::vector<uint8_t> random_bytes(size_t n, uint32_t seed, unsigned largest)
{
    std::mt19937 generator(seed);
    std::vector<uint8_t> bytes(n);
    for (uint8_t &b : bytes)
        b = static_cast<uint8_t>(generator() % (largest + 1));
    return bytes;
}

// The codes of 16 rows, made of vectors whose seeds are seed ... seed + 15.
std::vector<uint8_t> block_of(size_t d, uint32_t seed)
{
    std::vector<uint8_t> codes(block_code_bytes(d));
    for (size_t slot = 0; slot < kBlockRows; slot++)
        set_row_code_reference(random_floats(d, seed + static_cast<uint32_t>(slot)).data(), d, slot,
                               codes.data());
    return codes;
}

struct alignas(64) Line {
    uint8_t bytes[64];
};

struct Table {
    explicit Table(const std::vector<float> &q)
        : lines(lookup_bytes(q.size()) / 64), lookup(make_lookup(q.data(), q.size(), entries()))
    {
    }
    uint8_t *entries() { return lines.data()->bytes; }
    uint8_t largest() { return *std::max_element(entries(), entries() + 64 * lines.size()); }

    std::vector<Line> lines;
    Lookup lookup;
};

class BinaryCodesTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(BinaryCodesTest);

// Writes one row, all of it, and nothing of the others.
TEST_P(BinaryCodesTest, RowCodeAgreesWithReference)
{
    for (size_t d : code_lengths()) {
        std::vector<uint8_t> codes = random_bytes(block_code_bytes(d) + 64, 1, 255);
        std::vector<uint8_t> expected = codes;
        for (size_t slot : {0, 7, 15}) {
            std::vector<float> x = random_floats(d, static_cast<uint32_t>(slot));
            x[d / 2] = slot == 0 ? 0.0f : -0.0f;
            set_row_code(x.data(), d, slot, codes.data());
            set_row_code_reference(x.data(), d, slot, expected.data());
        }
        EXPECT_EQ(codes, expected) << d;
    }
}

TEST_P(BinaryCodesTest, BlockSumsAgreeWithReference)
{
    for (size_t d : code_lengths()) {
        const std::vector<uint8_t> codes = random_bytes(block_code_bytes(d), 2, 255);
        const std::vector<uint8_t> table = random_bytes(lookup_bytes(d), 3, 63);
        Totals totals(kBlockRows, 5), expected = totals;
        add_block_sums(codes.data(), 0, code_segments(d), table.data(), totals.data());
        add_block_sums_reference(codes.data(), 0, code_segments(d), table.data(), expected.data());
        EXPECT_EQ(totals, expected) << d;
    }
}

// A block that spans pages is summed page by page.
TEST_P(BinaryCodesTest, BlockSumsByParts)
{
    const size_t d = 4000, segments = code_segments(d);
    const std::vector<uint8_t> codes = random_bytes(block_code_bytes(d), 2, 255);
    const std::vector<uint8_t> table = random_bytes(lookup_bytes(d), 3, 63);
    Totals expected(kBlockRows);
    add_block_sums_reference(codes.data(), 0, segments, table.data(), expected.data());
    for (size_t part : {4, 36, 508, 996}) {
        Totals totals(kBlockRows);
        for (size_t first = 0; first < segments; first += part)
            add_block_sums(codes.data() + first * 8, first, std::min(part, segments - first),
                           table.data(), totals.data());
        EXPECT_EQ(totals, expected) << part;
    }
}

TEST_P(BinaryCodesTest, LargestSumsDoNotOverflow)
{
    for (size_t d : code_lengths()) {
        const std::vector<uint8_t> codes = random_bytes(block_code_bytes(d), 4, 255);
        const std::vector<uint8_t> table(lookup_bytes(d), 63);
        Totals totals(kBlockRows);
        add_block_sums(codes.data(), 0, code_segments(d), table.data(), totals.data());
        EXPECT_EQ(totals, Totals(kBlockRows, static_cast<uint32_t>(63 * code_segments(d)))) << d;
    }
}

// Each look-up is off by half a step at most.
TEST_P(BinaryCodesTest, LookupGivesSignedSums)
{
    for (size_t d : code_lengths()) {
        const std::vector<float> q = random_floats(d, 100);
        Table table(q);
        EXPECT_LE(table.largest(), 63);
        const std::vector<uint8_t> codes = block_of(d, 200);
        Totals totals(kBlockRows);
        add_block_sums(codes.data(), 0, code_segments(d), table.entries(), totals.data());
        for (size_t i = 0; i < kBlockRows; i++) {
            const std::vector<float> x = random_floats(d, static_cast<uint32_t>(200 + i));
            double expected = 0, magnitude = 0;
            for (size_t j = 0; j < d; j++) {
                expected += x[j] >= 0 ? q[j] : -q[j];
                magnitude += std::abs(q[j]);
            }
            const double sum = static_cast<double>(table.lookup.scale) * totals[i] +
                               static_cast<double>(table.lookup.bias);
            const double segments = static_cast<double>((d + 3) / 4);
            EXPECT_NEAR(sum, expected, segments * table.lookup.scale * 0.501 + 1e-4 * magnitude)
                << d;
        }
    }
}

TEST_P(BinaryCodesTest, LookupOfNothingIsZero)
{
    for (size_t d : {1, 16, 384}) {
        for (float value : {0.0f, 1e-40f}) {
            Table table(std::vector<float>(d, value));
            EXPECT_EQ(table.lookup.scale, 0);
            EXPECT_EQ(table.lookup.bias, 0);
            EXPECT_EQ(table.largest(), 0);
        }
    }
}

TEST_P(BinaryCodesTest, KeysAgreeWithReference)
{
    std::vector<float> add = random_floats(kBlockRows, 1), mul = random_floats(kBlockRows, 2);
    const Lookup lookup = {0.01f, -50};
    Totals totals(kBlockRows);
    for (size_t i = 0; i < kBlockRows; i++)
        totals[i] = static_cast<uint32_t>(i * 700);
    for (size_t free = 0; free <= kBlockRows; free++) {
        std::vector<float> keys(kBlockRows), expected(kBlockRows);
        const float least =
            block_keys(totals.data(), lookup, 3, add.data(), mul.data(), keys.data());
        const float expected_least =
            block_keys_reference(totals.data(), lookup, 3, add.data(), mul.data(), expected.data());
        EXPECT_EQ(least, *std::min_element(keys.begin(), keys.end()));
        if (free < kBlockRows) {
            EXPECT_NEAR(least, expected_least, 1e-3);
        }
        for (size_t i = 0; i < kBlockRows; i++) {
            if (i < free) {
                EXPECT_EQ(keys[i], std::numeric_limits<float>::infinity());
            } else {
                EXPECT_NEAR(keys[i], expected[i], 1e-3);
            }
        }
        if (free < kBlockRows)
            add[free] = std::numeric_limits<float>::infinity();
    }
}

TEST_P(BinaryCodesTest, ResidualSumsAgreeWithReference)
{
    for (size_t d : code_lengths()) {
        const std::vector<float> x = random_floats(d, 1), c = random_floats(d, 2);
        std::vector<float> residual(d + 32, 9), expected_residual = residual;
        const ResidualSums sums = residual_sums(x.data(), c.data(), d, residual.data());
        const ResidualSums expected =
            residual_sums_reference(x.data(), c.data(), d, expected_residual.data());
        EXPECT_EQ(residual, expected_residual) << d;
        const float tolerance = 1e-5f * static_cast<float>(d) + 1e-5f;
        EXPECT_NEAR(sums.norm2, expected.norm2, tolerance) << d;
        EXPECT_NEAR(sums.absolute, expected.absolute, tolerance) << d;
        EXPECT_NEAR(sums.signed_centroid, expected.signed_centroid, tolerance) << d;
        EXPECT_NEAR(sums.centroid, expected.centroid, tolerance) << d;
    }
}

} // namespace
} // namespace sbert::kernels
