// Distances of halves: every instruction set that this machine runs, against the naive versions,
// and against the distances of the same numbers as floats.
#include "encoder/kernels/distance.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>
#include <hwy/highway.h>
#include <hwy/tests/hwy_gtest.h>

#include "encoder/kernels/half_rows.h"
#include "tests/unit/page_end.h"
#include "tests/unit/random_floats.h"

namespace sbert::kernels {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

using Row = std::vector<Half>;

// Around every block size, and around a length whose sums are long.
std::vector<size_t> lengths()
{
    std::vector<size_t> result;
    for (size_t n = 0; n <= 70; n++)
        result.push_back(n);
    for (size_t n = 3984; n <= 4016; n++)
        result.push_back(n);
    return result;
}

Row halves_of(const std::vector<float> &floats)
{
    Row row(floats.size());
    std::transform(floats.begin(), floats.end(), row.begin(), to_half);
    return row;
}

std::vector<float> floats_of(const Row &row)
{
    std::vector<float> floats(row.size());
    halves_to_floats(row.data(), floats.data(), row.size());
    return floats;
}

Row random_row(size_t n, unsigned seed) { return halves_of(test::random_floats(n, seed)); }

// n times the same.
Row even_row(size_t n, float value) { return Row(n, to_half(value)); }

// Rounding of a sum of n floats grows with the sum of their absolute values.
double rounding(size_t n, double absolute_sum)
{
    const double epsilon = std::numeric_limits<float>::epsilon();
    return epsilon * absolute_sum * (2.0 + static_cast<double>(n) / 4);
}

double absolute_product(const Row &a, const Row &b)
{
    double sum = 0;
    for (size_t i = 0; i < a.size(); i++)
        sum += std::abs(static_cast<double>(from_half(a[i])) * from_half(b[i]));
    return sum;
}

class HalfDistanceTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(HalfDistanceTest);

TEST_P(HalfDistanceTest, AgreesWithReference)
{
    for (size_t n : lengths()) {
        const Row row_a = random_row(n, 1), row_b = random_row(n, 2);
        const Half *a = row_a.data(), *b = row_b.data();
        const double l2 = l2_squared_reference(a, b, n), absolute = l1_reference(a, b, n);
        EXPECT_NEAR(l2_squared(a, b, n), l2, rounding(n, l2)) << n;
        EXPECT_NEAR(inner_product(a, b, n), inner_product_reference(a, b, n),
                    rounding(n, absolute_product(row_a, row_b)))
            << n;
        EXPECT_NEAR(l1(a, b, n), absolute, rounding(n, absolute)) << n;
        if (n > 0) { // NaN of none, tested below
            EXPECT_NEAR(cosine(a, b, n), cosine_reference(a, b, n), rounding(n, 1)) << n;
        }
    }
}

// A half becomes the float that it is, and then the sums are the same ones.
TEST_P(HalfDistanceTest, EqualsThatOfFloats)
{
    for (size_t n : lengths()) {
        const Row row_a = random_row(n, 3), row_b = random_row(n, 4);
        const std::vector<float> float_a = floats_of(row_a), float_b = floats_of(row_b);
        const Half *a = row_a.data(), *b = row_b.data();
        const float *x = float_a.data(), *y = float_b.data();
        EXPECT_EQ(l2_squared(a, b, n), l2_squared(x, y, n)) << n;
        EXPECT_EQ(inner_product(a, b, n), inner_product(x, y, n)) << n;
        EXPECT_EQ(l1(a, b, n), l1(x, y, n)) << n;
        if (n > 0) {
            EXPECT_EQ(cosine(a, b, n), cosine(x, y, n)) << n;
        }
    }
}

// Whole numbers add without rounding: a lost or doubled element shows, whatever the tolerance.
TEST_P(HalfDistanceTest, WholeNumbersAreExact)
{
    for (size_t n : lengths()) {
        Row a(n), b(n);
        for (size_t i = 0; i < n; i++) {
            a[i] = to_half(static_cast<float>(i % 7));
            b[i] = to_half(static_cast<float>(i % 5) - 2);
        }
        EXPECT_EQ(l2_squared(a.data(), b.data(), n), l2_squared_reference(a.data(), b.data(), n));
        EXPECT_EQ(inner_product(a.data(), b.data(), n),
                  inner_product_reference(a.data(), b.data(), n));
        EXPECT_EQ(l1(a.data(), b.data(), n), l1_reference(a.data(), b.data(), n));
    }
}

// What lies behind the row's end is not read.
TEST_P(HalfDistanceTest, StopsAtTheEnd)
{
    for (size_t n = 0; n <= 70; n++) {
        const test::PageEnd<Half> a(even_row(n, 1)), b(even_row(n, 3));
        EXPECT_EQ(l2_squared(a.data(), b.data(), n), 4.0f * static_cast<float>(n));
        EXPECT_EQ(inner_product(a.data(), b.data(), n), 3.0f * static_cast<float>(n));
        EXPECT_EQ(l1(a.data(), b.data(), n), 2.0f * static_cast<float>(n));
        if (n > 0) {
            EXPECT_NEAR(cosine(a.data(), b.data(), n), 1, 1e-6);
        }
    }
}

TEST_P(HalfDistanceTest, CosineOfZerosIsNaN)
{
    for (size_t n : {0, 1, 3, 16, 100}) {
        const Row zeros(n), ones = even_row(n, 1);
        EXPECT_TRUE(std::isnan(cosine(zeros.data(), ones.data(), n))) << n;
        EXPECT_TRUE(std::isnan(cosine(ones.data(), zeros.data(), n))) << n;
    }
}

TEST_P(HalfDistanceTest, CosineStaysInRange)
{
    for (size_t n = 1; n <= 70; n++) {
        const Row a = random_row(n, 5);
        Row opposite = a;
        for (Half &x : opposite)
            x.bits ^= 0x8000;
        EXPECT_LE(cosine(a.data(), a.data(), n), 1);
        EXPECT_NEAR(cosine(a.data(), a.data(), n), 1, 1e-6);
        EXPECT_GE(cosine(a.data(), opposite.data(), n), -1);
        EXPECT_NEAR(cosine(a.data(), opposite.data(), n), -1, 1e-6);
    }
}

// The largest halves are far from the largest float: only an infinite element makes an infinite
// sum, and infinities less themselves are NaN.
TEST_P(HalfDistanceTest, LargeAndInfinite)
{
    for (size_t n : {1, 5, 40}) {
        const Row largest = even_row(n, 65504), lowest = even_row(n, -65504);
        const float count = static_cast<float>(n);
        EXPECT_FLOAT_EQ(l2_squared(largest.data(), lowest.data(), n),
                        131008.0f * 131008.0f * count);
        EXPECT_EQ(l1(largest.data(), lowest.data(), n), 131008.0f * count);
        EXPECT_NEAR(cosine(largest.data(), lowest.data(), n), -1, 1e-6);
        const Row infinite = even_row(n, kInfinity);
        EXPECT_EQ(l2_squared(infinite.data(), lowest.data(), n), kInfinity);
        EXPECT_EQ(inner_product(infinite.data(), lowest.data(), n), -kInfinity);
        EXPECT_EQ(l1(infinite.data(), lowest.data(), n), kInfinity);
        EXPECT_TRUE(std::isnan(l1(infinite.data(), infinite.data(), n)));
        EXPECT_TRUE(std::isnan(cosine(infinite.data(), lowest.data(), n)));
    }
}

TEST_P(HalfDistanceTest, DenormalsAreKept)
{
    for (size_t n : {1, 5, 40}) {
        const Row a = even_row(n, 0x1p-24f), zeros(n);
        EXPECT_EQ(l1(a.data(), zeros.data(), n), 0x1p-24f * static_cast<float>(n));
        EXPECT_EQ(inner_product(a.data(), a.data(), n), 0x1p-48f * static_cast<float>(n));
    }
}

} // namespace
} // namespace sbert::kernels
