// Distances: every instruction set that this machine runs, against the naive versions.
#include "encoder/kernels/distance.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <set>
#include <vector>

#include <gtest/gtest.h>
#include <hwy/highway.h>
#include <hwy/tests/hwy_gtest.h>

#include "encoder/kernels/ceiling.h"
#include "encoder/kernels/cpu.h"
#include "tests/unit/page_end.h"

namespace sbert::kernels {
namespace {

using Row = std::vector<float>;

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

Row random_row(size_t n, uint32_t seed)
{
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal;
    Row row(n);
    for (float &x : row)
        x = normal(generator);
    return row;
}

// Rounding of a sum of n floats grows with the sum of their absolute values, not with the sum
// itself.
double rounding(size_t n, double absolute_sum)
{
    const double epsilon = std::numeric_limits<float>::epsilon();
    return epsilon * absolute_sum * (2.0 + static_cast<double>(n) / 4);
}

double absolute_product(const Row &a, const Row &b)
{
    double sum = 0;
    for (size_t i = 0; i < a.size(); i++)
        sum += std::abs(static_cast<double>(a[i]) * b[i]);
    return sum;
}

class DistanceTest : public hwy::TestWithParamTarget {};
HWY_TARGET_INSTANTIATE_TEST_SUITE_P(DistanceTest);

TEST_P(DistanceTest, L2SquaredAgreesWithReference)
{
    for (size_t n : lengths()) {
        const Row a = random_row(n, 1), b = random_row(n, 2);
        const double expected = l2_squared_reference(a.data(), b.data(), n);
        EXPECT_NEAR(l2_squared(a.data(), b.data(), n), expected, rounding(n, expected)) << n;
    }
}

TEST_P(DistanceTest, InnerProductAgreesWithReference)
{
    for (size_t n : lengths()) {
        const Row a = random_row(n, 3), b = random_row(n, 4);
        const double expected = inner_product_reference(a.data(), b.data(), n);
        EXPECT_NEAR(inner_product(a.data(), b.data(), n), expected,
                    rounding(n, absolute_product(a, b)))
            << n;
    }
}

// Every number of rows, at rows farther apart than they are long; a row's bits are its own.
TEST_P(DistanceTest, InnerProductsAgreeWithReferenceWhateverTheRowsBeside)
{
    for (size_t n : lengths()) {
        const size_t most = 9, apart = n + 3;
        const Row a = random_row(n, 7), b = random_row(most * apart, 8);
        Row all(most);
        inner_products(a.data(), b.data(), apart, most, n, all.data());
        for (size_t j = 0; j < most; j++) {
            const Row row(b.begin() + static_cast<ptrdiff_t>(j * apart),
                          b.begin() + static_cast<ptrdiff_t>(j * apart + n));
            EXPECT_NEAR(all[j], inner_product_reference(a.data(), row.data(), n),
                        rounding(n, absolute_product(a, row)))
                << n;
        }
        for (size_t rows = 0; rows < most; rows++) {
            Row some(most, 7.0F);
            inner_products(a.data(), b.data(), apart, rows, n, some.data());
            for (size_t j = 0; j < most; j++)
                EXPECT_EQ(some[j], j < rows ? all[j] : 7.0F) << n << ", " << rows << " rows";
        }
    }
}

TEST_P(DistanceTest, L1AgreesWithReference)
{
    for (size_t n : lengths()) {
        const Row a = random_row(n, 5), b = random_row(n, 6);
        const double expected = l1_reference(a.data(), b.data(), n);
        EXPECT_NEAR(l1(a.data(), b.data(), n), expected, rounding(n, expected)) << n;
    }
}

TEST_P(DistanceTest, CosineAgreesWithReference)
{
    for (size_t n : lengths()) {
        if (n == 0)
            continue; // NaN, tested below
        const Row a = random_row(n, 7), b = random_row(n, 8);
        EXPECT_NEAR(cosine(a.data(), b.data(), n), cosine_reference(a.data(), b.data(), n),
                    rounding(n, 1))
            << n;
    }
}

// Whole numbers add without rounding, so here a lost or doubled element shows, whatever the
// tolerance above.
TEST_P(DistanceTest, WholeNumbersAreExact)
{
    for (size_t n : lengths()) {
        Row a(n), b(n);
        for (size_t i = 0; i < n; i++) {
            a[i] = static_cast<float>(i % 7);
            b[i] = static_cast<float>(i % 5) - 2;
        }
        EXPECT_EQ(l2_squared(a.data(), b.data(), n), l2_squared_reference(a.data(), b.data(), n));
        EXPECT_EQ(inner_product(a.data(), b.data(), n),
                  inner_product_reference(a.data(), b.data(), n));
        EXPECT_EQ(l1(a.data(), b.data(), n), l1_reference(a.data(), b.data(), n));
    }
}

// What lies behind the row's end is not read.
TEST_P(DistanceTest, StopsAtTheEnd)
{
    for (size_t n = 0; n <= 70; n++) {
        const test::PageEnd<float> a(Row(n, 1.0f)), b(Row(n, 3.0f));
        EXPECT_EQ(l2_squared(a.data(), b.data(), n), 4.0f * static_cast<float>(n));
        EXPECT_EQ(inner_product(a.data(), b.data(), n), 3.0f * static_cast<float>(n));
        EXPECT_EQ(l1(a.data(), b.data(), n), 2.0f * static_cast<float>(n));
        if (n > 0) {
            EXPECT_NEAR(cosine(a.data(), b.data(), n), 1, 1e-6);
        }
    }
}

TEST_P(DistanceTest, CosineOfZerosIsNaN)
{
    for (size_t n : {0, 1, 3, 16, 100}) {
        const Row zeros(n), ones(n, 1.0f);
        EXPECT_TRUE(std::isnan(cosine(zeros.data(), ones.data(), n))) << n;
        EXPECT_TRUE(std::isnan(cosine(ones.data(), zeros.data(), n))) << n;
    }
}

TEST_P(DistanceTest, CosineStaysInRange)
{
    for (size_t n = 1; n <= 70; n++) {
        const Row a = random_row(n, 9);
        Row opposite = a;
        for (float &x : opposite)
            x = -x;
        EXPECT_LE(cosine(a.data(), a.data(), n), 1);
        EXPECT_NEAR(cosine(a.data(), a.data(), n), 1, 1e-6);
        EXPECT_GE(cosine(a.data(), opposite.data(), n), -1);
        EXPECT_NEAR(cosine(a.data(), opposite.data(), n), -1, 1e-6);
    }
}

TEST_P(DistanceTest, TooLargeIsInfinite)
{
    const float huge = 3e38f;
    for (size_t n : {1, 5, 40}) {
        const Row a(n, huge), b(n, -huge);
        EXPECT_EQ(l2_squared(a.data(), b.data(), n), std::numeric_limits<float>::infinity());
        EXPECT_EQ(inner_product(a.data(), b.data(), n), -std::numeric_limits<float>::infinity());
        EXPECT_EQ(l1(a.data(), b.data(), n), std::numeric_limits<float>::infinity());
        EXPECT_TRUE(std::isnan(cosine(a.data(), b.data(), n)));
    }
}

TEST_P(DistanceTest, DenormalsAreKept)
{
    const float tiny = std::numeric_limits<float>::denorm_min();
    for (size_t n : {1, 5, 40}) {
        const Row a(n, tiny), zeros(n);
        EXPECT_EQ(l1(a.data(), zeros.data(), n), tiny * static_cast<float>(n));
    }
}

// "Are we testing what we think": forcing a target changes the code that runs.
TEST(DistanceTargets, EachForcedTargetIsAnotherEntryOfTheTable)
{
    const std::vector<int64_t> targets = hwy::SupportedAndGeneratedTargets();
    std::set<size_t> entries;
    for (int64_t target : targets) {
        hwy::SetSupportedTargetsForTest(target);
        const float one = 1;
        EXPECT_EQ(inner_product(&one, &one, 1), 1);
        entries.insert(hwy::GetChosenTarget().GetIndex());
    }
    hwy::SetSupportedTargetsForTest(0);
    EXPECT_EQ(entries.size(), targets.size());
}

TEST(DistanceTargets, ACeilingHasOneOfFourNames)
{
    EXPECT_EQ(ceiling_named("baseline"), Ceiling::kBaseline);
    EXPECT_EQ(ceiling_named("sse4"), Ceiling::kSse4);
    EXPECT_EQ(ceiling_named("avx2"), Ceiling::kAvx2);
    EXPECT_EQ(ceiling_named("avx512"), Ceiling::kAvx512);
    for (const char *name : {"", "AVX2", "avx2 ", "amx"})
        EXPECT_EQ(ceiling_named(name), Ceiling::kNone) << name;
    EXPECT_EQ(ceiling_named(nullptr), Ceiling::kNone);
}

// Under `./run test --target`.
TEST(DistanceTargets, NothingIsAboveTheCeiling)
{
    const Ceiling highest = ceiling();
    if (highest < Ceiling::kAvx512) {
        EXPECT_EQ(hwy::SupportedTargets() & HWY_AVX3, 0);
    }
    if (highest < Ceiling::kAvx2) {
        EXPECT_EQ(hwy::SupportedTargets() & HWY_AVX2, 0);
    }
    if (highest < Ceiling::kNone) {
        EXPECT_LE(best_isa(), highest < Ceiling::kAvx512 ? Isa::kPortable : Isa::kAvx512);
    }
}

} // namespace
} // namespace sbert::kernels
