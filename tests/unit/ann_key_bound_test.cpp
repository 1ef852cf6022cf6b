// Bounds of keys: never above what the operators give, however far from zero the data lie, and not
// so far below that they say nothing.
#include "extension/ann/key_bound.h"

#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "encoder/kernels/distance.h"
#include "encoder/kernels/scalar_codes.h"

namespace sbert::ann {
namespace {

using Row = std::vector<float>;

double length(const Row &x)
{
    return std::sqrt(kernels::inner_product_reference(x.data(), x.data(), x.size()));
}

// Elements of mean `mean` and deviation 1.
Row normal_row(size_t d, double mean, std::mt19937 *random)
{
    std::normal_distribution<double> normal(mean, 1);
    Row x(d);
    for (float &value : x)
        value = static_cast<float>(normal(*random));
    return x;
}

// As the metric sees it, relative to the origin.
Row prepared(Metric metric, const Row &x, const Row &origin, double *given)
{
    *given = metric == Metric::kCosine ? 1 : length(x);
    const double scale = metric == Metric::kCosine ? 1 / length(x) : 1;
    Row out(x.size());
    for (size_t i = 0; i < x.size(); i++)
        out[i] = static_cast<float>(x[i] * scale - origin[i]);
    return out;
}

double operator_key(Metric metric, const Row &q, const Row &x)
{
    if (metric == Metric::kL2)
        return kernels::l2_squared(q.data(), x.data(), q.size());
    if (metric == Metric::kInnerProduct)
        return -kernels::inner_product(q.data(), x.data(), q.size());
    return 2 - 2 * kernels::cosine(q.data(), x.data(), q.size());
}

struct Sides {
    double key, least, greatest, tell;
};

// What an index would say of the row by 8-bit codes.   tell: what the codes alone lose
Sides sides_of(Metric metric, const Row &q, const Row &x, const Row &origin)
{
    const size_t d = q.size();
    double given_query, given_row, shift = 0;
    Row centred = prepared(metric, q, origin, &given_query), decoded(d);
    if (metric == Metric::kInnerProduct) {
        centred = q;
        shift = kernels::inner_product_reference(q.data(), origin.data(), d);
    }
    const Row row = prepared(metric, x, origin, &given_row);
    std::vector<uint8_t> codes(d);
    const kernels::ScalarRange range = kernels::encode_scalar(row.data(), d, 8, codes.data());
    kernels::decode_scalar(codes.data(), range, d, 8, decoded.data());
    const double key = metric == Metric::kInnerProduct
                           ? -kernels::inner_product_reference(centred.data(), decoded.data(), d)
                           : kernels::l2_squared_reference(centred.data(), decoded.data(), d);
    const Lengths lengths = {length(centred), length(row), given_query, given_row};
    const double far = std::sqrt(std::fabs(key));
    const double lost = metric == Metric::kInnerProduct ? range.error * lengths.query
                                                        : range.error * (2 * far + range.error);
    return {key - shift, least_key(metric, d, key, range.error, lengths) - shift,
            likely_greatest_key(metric, d, key, range.error, lengths.query, 1e9) - shift,
            lost + 2 * rounding_of_key(metric, rounding(d), far, lengths)};
}

TEST(KeyBound, NeverAboveTheOperator)
{
    std::mt19937 random(1);
    for (Metric metric : {Metric::kL2, Metric::kInnerProduct, Metric::kCosine}) {
        for (size_t d : {1, 2, 3, 16, 128, 384, 1024}) {
            for (double mean : {0.0, 1.0, 10.0, 100.0, 1e3, 1e4}) {
                Row origin(d, static_cast<float>(mean));
                if (metric == Metric::kCosine && mean > 0)
                    origin.assign(d, static_cast<float>(1 / std::sqrt(static_cast<double>(d))));
                for (int i = 0; i < 200; i++) {
                    const Row q = normal_row(d, mean, &random), x = normal_row(d, mean, &random);
                    const Sides sides = sides_of(metric, q, x, origin);
                    const double truth = operator_key(metric, q, x);
                    const double noise = sides.tell;
                    ASSERT_LE(sides.least, truth) << d << " " << mean;
                    ASSERT_GE(sides.greatest + noise, truth) << d << " " << mean;
                    ASSERT_GE(sides.least, sides.key - noise - 1e-18) << d << " " << mean;
                }
            }
        }
    }
}

TEST(KeyBound, TheSameVector)
{
    const Row x = {3, 4}, origin = {3, 4};
    for (Metric metric : {Metric::kL2, Metric::kInnerProduct}) {
        const Sides sides = sides_of(metric, x, x, origin);
        EXPECT_LE(sides.least, operator_key(metric, x, x));
        EXPECT_NEAR(sides.least, operator_key(metric, x, x), 1e-3);
    }
}

TEST(KeyBound, LikelyRoundingIsNotTheWorst)
{
    for (size_t d : {1, 384, 16000}) {
        EXPECT_LT(likely_rounding(d, 2), rounding(d));
        EXPECT_EQ(likely_rounding(d, 1e9), rounding(d));
    }
}

} // namespace
} // namespace sbert::ann
