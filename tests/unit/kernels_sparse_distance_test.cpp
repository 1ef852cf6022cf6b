// Distances of sparse rows: every instruction set that this machine runs, against the naive
// versions and against the distances of the same rows with their zeros.
#include "encoder/kernels/sparse_distance.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>
#include <hwy/highway.h>
#include <hwy/tests/hwy_gtest.h>

#include "encoder/kernels/distance.h"
#include "tests/unit/page_end.h"

namespace sbert::kernels {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

struct Row {
    std::vector<int32_t> indices;
    std::vector<float> values;

    operator SparseRow() const { return {indices.data(), values.data(), indices.size()}; }
};

// `count` elements at random places of `dims`, of a normal distribution.
Row random_row(size_t count, int32_t dims, uint32_t seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<int32_t> places(static_cast<size_t>(dims));
    for (size_t i = 0; i < places.size(); i++)
        places[i] = static_cast<int32_t>(i);
    Row row;
    std::sample(places.begin(), places.end(), std::back_inserter(row.indices), count, random);
    for (size_t i = 0; i < count; i++)
        row.values.push_back(normal(random));
    return row;
}

Row even_row(size_t count, float value)
{
    Row row = random_row(count, static_cast<int32_t>(count), 1);
    std::fill(row.values.begin(), row.values.end(), value);
    return row;
}

std::vector<float> with_zeros(const Row &row, size_t dims)
{
    std::vector<float> result(dims);
    for (size_t i = 0; i < row.indices.size(); i++)
        result[static_cast<size_t>(row.indices[i])] = row.values[i];
    return result;
}

double rounding(size_t n, double absolute_sum)
{
    const double epsilon = std::numeric_limits<float>::epsilon();
    return epsilon * absolute_sum * (2.0 + static_cast<double>(n) / 4);
}

// Pairs of rows of all small counts, from nearly full to nearly nothing in common.
template <class Body>
void for_pairs(const Body &body)
{
    uint32_t seed = 0;
    const auto pair = [&](size_t m, size_t n, int32_t dims) {
        seed += 2;
        body(random_row(m, dims, seed), random_row(n, dims, seed + 1));
    };
    for (size_t m = 0; m <= 40; m++)
        for (size_t n = 0; n <= 40; n++)
            for (int32_t dims : {40, 47, 80, 1000})
                pair(m, n, dims);
    for (size_t n : {69, 70, 300, 1024, 3999, 4000, 4016})
        for (int32_t dims : {4016, 5000, 30522})
            pair(n, n - n % 5, dims);
}

class SparseDistanceTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(SparseDistanceTest);

TEST_P(SparseDistanceTest, AgreesWithReference)
{
    for_pairs([](const Row &a, const Row &b) {
        const size_t n = a.indices.size() + b.indices.size();
        const double l2 = l2_squared_reference(a, b), absolute = l1_reference(a, b);
        EXPECT_NEAR(l2_squared(a, b), l2, rounding(n, l2)) << n;
        EXPECT_NEAR(inner_product(a, b), inner_product_reference(a, b), rounding(n, l2)) << n;
        EXPECT_NEAR(l1(a, b), absolute, rounding(n, absolute)) << n;
        if (!a.indices.empty() && !b.indices.empty()) {
            EXPECT_NEAR(cosine(a, b), cosine_reference(a, b), rounding(n, 1)) << n;
        }
    });
}

// Whole numbers add without rounding: a lost or doubled element shows, whatever the tolerance. The
// oracle is that of the dense distances, so that both merges are tested.
TEST_P(SparseDistanceTest, WholeNumbersAreExact)
{
    for_pairs([](Row a, Row b) {
        for (Row *row : {&a, &b})
            for (float &value : row->values)
                value = std::ceil(value) != 0 ? std::ceil(value) : 5;
        const size_t dims = static_cast<size_t>(std::max(a.indices.empty() ? 0 : a.indices.back(),
                                                         b.indices.empty() ? 0 : b.indices.back()) +
                                                1);
        const std::vector<float> x = with_zeros(a, dims), y = with_zeros(b, dims);
        const double l2 = l2_squared_reference(x.data(), y.data(), dims);
        const double product = inner_product_reference(x.data(), y.data(), dims);
        const double absolute = l1_reference(x.data(), y.data(), dims);
        EXPECT_EQ(l2_squared(a, b), l2);
        EXPECT_EQ(l2_squared_reference(a, b), l2);
        EXPECT_EQ(inner_product(a, b), product);
        EXPECT_EQ(inner_product_reference(a, b), product);
        EXPECT_EQ(l1(a, b), absolute);
        EXPECT_EQ(l1_reference(a, b), absolute);
    });
}

TEST_P(SparseDistanceTest, OfItselfIsExactlyZero)
{
    for (size_t n = 0; n <= 70; n++) {
        const Row a = random_row(n, 100, static_cast<uint32_t>(n));
        EXPECT_EQ(l2_squared(a, a), 0);
        EXPECT_EQ(l1(a, a), 0);
    }
}

// One row far behind the other, and one element among many.
TEST_P(SparseDistanceTest, OneBehindTheOther)
{
    for (size_t n : {1, 3, 4, 5, 21, 70}) {
        const Row near = even_row(n, 1);
        Row far = even_row(70, 2);
        for (int32_t &index : far.indices)
            index += 1000;
        const float count = static_cast<float>(n);
        EXPECT_EQ(l2_squared(near, far), count + 280);
        EXPECT_EQ(l2_squared(far, near), count + 280);
        EXPECT_EQ(l1(near, far), count + 140);
        EXPECT_EQ(l1(far, near), count + 140);
        EXPECT_EQ(inner_product(near, far), 0);
        EXPECT_EQ(cosine(far, near), 0);
    }
    const Row many = even_row(70, 1);
    for (int32_t i = 0; i < 70; i++) {
        const Row one = {{i}, {3}};
        EXPECT_EQ(l2_squared(many, one), 69 + 4) << i;
        EXPECT_EQ(l2_squared(one, many), 69 + 4) << i;
        EXPECT_EQ(inner_product(many, one), 3) << i;
        EXPECT_EQ(inner_product(one, many), 3) << i;
    }
}

// The largest indices of the type are 10^9 - 1; those of the interface go further.
TEST_P(SparseDistanceTest, LargestIndices)
{
    const Row a = {{0, 999999999, 2147483646}, {1, 2, 3}};
    const Row b = {{999999998, 999999999, 2147483645, 2147483646}, {4, 5, 6, 7}};
    EXPECT_EQ(inner_product(a, b), 31);
    EXPECT_EQ(l2_squared(a, b), 1 + 16 + 9 + 36 + 16);
    EXPECT_EQ(l1(a, b), 1 + 4 + 3 + 6 + 4);
}

// Both arrays end where memory ends.
TEST_P(SparseDistanceTest, StopsAtTheEnd)
{
    for (size_t n = 0; n <= 70; n++) {
        const Row ones = even_row(n, 1), threes = even_row(n, 3);
        const test::PageEnd<int32_t> indices(ones.indices);
        const test::PageEnd<float> one(ones.values), three(threes.values);
        const SparseRow a = {indices.data(), one.data(), n}, b = {indices.data(), three.data(), n};
        const Row every_other = random_row(n, 200, 1);
        EXPECT_EQ(l2_squared(a, b), 4.0f * static_cast<float>(n));
        EXPECT_EQ(inner_product(a, b), 3.0f * static_cast<float>(n));
        EXPECT_EQ(l1(a, b), 2.0f * static_cast<float>(n));
        if (n > 0) {
            EXPECT_NEAR(cosine(a, b), 1, 1e-6);
        }
        EXPECT_NEAR(l1(a, every_other), l1_reference(a, every_other), 1e-4);
        EXPECT_NEAR(l1(every_other, a), l1_reference(every_other, a), 1e-4);
    }
}

TEST_P(SparseDistanceTest, OfNothing)
{
    const SparseRow none = {nullptr, nullptr, 0};
    for (size_t n : {0, 1, 3, 4, 16, 100}) {
        const Row ones = even_row(n, 1);
        EXPECT_EQ(l2_squared(none, ones), n);
        EXPECT_EQ(l2_squared(ones, none), n);
        EXPECT_EQ(l1(none, ones), n);
        EXPECT_EQ(inner_product(none, ones), 0);
        EXPECT_TRUE(std::isnan(cosine(none, ones))) << n;
        EXPECT_TRUE(std::isnan(cosine(ones, none))) << n;
    }
}

TEST_P(SparseDistanceTest, CosineStaysInRange)
{
    for (size_t n = 1; n <= 70; n++) {
        const Row a = random_row(n, 100, 9);
        Row opposite = a;
        for (float &x : opposite.values)
            x = -x;
        EXPECT_LE(cosine(a, a), 1);
        EXPECT_NEAR(cosine(a, a), 1, 1e-6);
        EXPECT_GE(cosine(a, opposite), -1);
        EXPECT_NEAR(cosine(a, opposite), -1, 1e-6);
    }
}

// In common blocks, in blocks that only overlap, and without a partner.
TEST_P(SparseDistanceTest, TooLargeIsInfinite)
{
    for (size_t n : {1, 5, 40}) {
        const Row a = even_row(n, 3e38f), b = even_row(n, -3e38f), none;
        Row shifted = b;
        for (int32_t &index : shifted.indices)
            index += n > 1 ? 1 : 0;
        for (const Row *other : {&b, static_cast<const Row *>(&shifted)}) {
            EXPECT_EQ(l2_squared(a, *other), kInfinity);
            EXPECT_EQ(inner_product(a, *other), -kInfinity);
            EXPECT_EQ(l1(a, *other), kInfinity);
            EXPECT_TRUE(std::isnan(cosine(a, *other)));
        }
        EXPECT_EQ(l2_squared(a, none), kInfinity);
        EXPECT_EQ(l2_squared(none, a), kInfinity);
    }
}

TEST_P(SparseDistanceTest, DenormalsAreKept)
{
    const float tiny = std::numeric_limits<float>::denorm_min();
    for (size_t n : {1, 5, 40}) {
        const Row a = even_row(n, tiny), none;
        EXPECT_EQ(l1(a, none), tiny * static_cast<float>(n));
    }
}

} // namespace
} // namespace sbert::kernels
