// Estimates from residual codes: unbiased, and as far off as promised.
#include "extension/ann/residual_code.h"

#include <cfloat>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>
#include <hwy/highway.h>

#include "encoder/kernels/binary_codes.h"
#include "encoder/kernels/distance.h"
#include "encoder/kernels/rotation.h"
#include "tests/unit/code_vectors.h"
#include "tests/unit/each_target.h"

namespace sbert::ann {
namespace {

using Row = std::vector<float>;

double dot(const Row &a, const Row &b)
{
    return kernels::inner_product_reference(a.data(), b.data(), a.size());
}

double key_of(Metric metric, const Row &q, const Row &x)
{
    if (metric == Metric::kInnerProduct)
        return -dot(q, x);
    return kernels::l2_squared_reference(q.data(), x.data(), q.size());
}

// The estimate by signs in exact arithmetic: no table's rounding.
double estimate_of(Metric metric, const Row &q, const Row &c, RowFactors factors,
                   const Row &residual)
{
    double sum = 0;
    for (size_t i = 0; i < q.size(); i++)
        sum += residual[i] >= 0 ? q[i] : -q[i];
    const float base = list_base(metric, q.data(), c.data(), q.size());
    return base + factors.add + factors.mul * sum;
}

struct Moments {
    double mean, deviation;
};

// Errors of estimates over the promised deviation. Vectors whose meaning sits in few elements, near
// one another; every trial has a rotation of its own.
Moments errors(Metric metric, size_t d, int trials)
{
    std::vector<uint32_t> signs(kernels::rotation_words(d));
    double sum = 0, squares = 0;
    for (int t = 0; t < trials; t++) {
        const uint32_t seed = static_cast<uint32_t>(t) * 3;
        Row c = test::spiky_vector(d, seed), x = test::spiky_vector(d, seed + 1);
        Row q = test::spiky_vector(d, seed + 2), residual(d);
        for (size_t i = 0; i < d; i++) {
            x[i] += c[i];
            q[i] += 0.5f * x[i];
        }
        kernels::make_rotation(seed, d, signs.data());
        for (Row *row : {&c, &x, &q})
            kernels::rotate(signs.data(), d, row->data());
        const RowFactors factors = residual_factors(metric, x.data(), c.data(), d, residual.data());
        // What lies along the residual is estimated without error.
        const double along = dot(q, residual) - dot(c, residual);
        const double across2 = key_of(Metric::kL2, q, c) - along * along / dot(residual, residual);
        const double promised = kErrorFactor * std::sqrt(across2) * std::abs(factors.mul);
        const double error = estimate_of(metric, q, c, factors, residual) - key_of(metric, q, x);
        const double relative = error / promised;
        sum += relative;
        squares += relative * relative;
    }
    return {sum / trials, std::sqrt(squares / trials)};
}

TEST(ResidualCode, EstimatesAreUnbiased)
{
    constexpr int kTrials = 4000;
    for (Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
        for (size_t d : {64, 100, 384, 1024}) {
            const Moments m = errors(metric, d, d > 500 ? kTrials / 4 : kTrials);
            EXPECT_NEAR(m.mean, 0, d > 500 ? 0.12 : 0.06) << d;
            EXPECT_NEAR(m.deviation, 1, 0.06) << d;
        }
    }
}

// The way of a search: codes, table, sums, keys.
TEST(ResidualCode, KeysOfABlockAreEstimates)
{
    test::for_each_target([] {
        const size_t d = 384;
        const Row q = test::random_floats(d, 1), c = test::random_floats(d, 2);
        std::vector<uint8_t> codes(kernels::block_code_bytes(d));
        HWY_ALIGN uint8_t table[kernels::lookup_bytes(d)];
        float add[16], mul[16], keys[16];
        double expected[16];
        for (size_t i = 0; i < 16; i++) {
            Row x = test::random_floats(d, static_cast<uint32_t>(10 + i)), residual(d);
            for (size_t j = 0; j < d; j++)
                x[j] = c[j] + 0.3f * x[j];
            const RowFactors f =
                residual_factors(Metric::kL2, x.data(), c.data(), d, residual.data());
            kernels::set_row_code(residual.data(), d, i, codes.data());
            add[i] = f.add;
            mul[i] = f.mul;
            expected[i] = estimate_of(Metric::kL2, q, c, f, residual);
        }
        const kernels::Lookup lookup = kernels::make_lookup(q.data(), d, table);
        uint32_t totals[16] = {};
        kernels::add_block_sums(codes.data(), 0, kernels::code_segments(d), table, totals);
        const float base = list_base(Metric::kL2, q.data(), c.data(), d);
        kernels::block_keys(totals, lookup, base, add, mul, keys);
        const double distance = std::sqrt(key_of(Metric::kL2, q, c));
        for (size_t i = 0; i < 16; i++) // the table adds little to the estimate's own error
            EXPECT_NEAR(keys[i], expected[i], 0.1 * kErrorFactor * distance * std::abs(mul[i]));
    });
}

TEST(ResidualCode, TheCentroidItself)
{
    for (size_t d : {1, 5, 384}) {
        const Row c = test::random_floats(d, 3);
        Row residual(d);
        const RowFactors l2 = residual_factors(Metric::kL2, c.data(), c.data(), d, residual.data());
        EXPECT_EQ(l2.add, 0);
        EXPECT_EQ(l2.mul, 0);
        const RowFactors ip =
            residual_factors(Metric::kInnerProduct, c.data(), c.data(), d, residual.data());
        EXPECT_EQ(ip.add, 0);
        EXPECT_EQ(ip.mul, 0);
    }
}

// Infinity marks a free slot: a row never has it.
TEST(ResidualCode, HugeElementsStayFinite)
{
    const Row x = {3e38f, -3e38f, 1}, c = {-3e38f, 1, 1};
    Row residual(3);
    for (Metric metric : {Metric::kL2, Metric::kInnerProduct}) {
        const RowFactors f = residual_factors(metric, x.data(), c.data(), 3, residual.data());
        EXPECT_EQ(f.add, FLT_MAX);
        EXPECT_EQ(f.mul, 0);
    }
}

TEST(ResidualCode, Bases)
{
    const Row q = {1000, 2}, c = {1000.0625f, 2};
    EXPECT_EQ(list_base(Metric::kL2, q.data(), c.data(), 2), 0.00390625f); // nothing cancels
    EXPECT_EQ(list_base(Metric::kCosine, q.data(), q.data(), 2), 0);
    EXPECT_EQ(list_base(Metric::kInnerProduct, q.data(), c.data(), 2), -1000066.5f);
}

} // namespace
} // namespace sbert::ann
