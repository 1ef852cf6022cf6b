#include "extension/ann/key_bound.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sbert::ann {
namespace {

constexpr double kUnit = 0x1p-24;
// A cosine is a quotient of three sums, and its key twice the distance: each is off by as much.
constexpr double kCosineSums = 4;
// Squares below the least normal float may have been dropped: of differences, of products.
constexpr double kLeastDifference = 1e-19, kLeastProduct = 1e-38;

double roundings(size_t d) { return static_cast<double>(d) / 4 + 64; }

} // namespace

double rounding(size_t d) noexcept { return roundings(d) * kUnit; }

double likely_rounding(size_t d, double errors) noexcept
{
    const double error = 0.75 + std::sqrt(static_cast<double>(d)) / 128;
    return std::min(roundings(d), errors * error) * kUnit;
}

double rounding_of_key(Metric metric, double rounded, double distance,
                       const Lengths &lengths) noexcept
{
    if (metric == Metric::kInnerProduct)
        return rounded * (lengths.query * lengths.row + lengths.given_query * lengths.given_row);
    const double of_distance = rounded * (lengths.query + lengths.row);
    const double of_key = of_distance * (2 * distance + of_distance);
    return metric == Metric::kCosine ? of_key + kCosineSums * rounded : of_key;
}

double least_key(Metric metric, size_t d, double key, double error, const Lengths &lengths) noexcept
{
    const double rounded = rounding(d);
    if (metric == Metric::kInnerProduct)
        return key - error * lengths.query - rounding_of_key(metric, rounded, 0, lengths) -
               kLeastProduct;
    const double far = std::sqrt(std::max(key, 0.0));
    const double near = far - error - rounded * (lengths.query + lengths.row) - kLeastDifference;
    const double least = near > 0 ? near * near : 0;
    return metric == Metric::kCosine ? least - kCosineSums * rounded : least;
}

double likely_greatest_key(Metric metric, size_t d, double key, double error, double query,
                           double errors) noexcept
{
    // Of a direction in d dimensions, the part along a given one.
    const double along = std::min(1.0, errors / std::sqrt(static_cast<double>(d)));
    if (metric == Metric::kInnerProduct)
        return key + along * error * query;
    return key + error * (2 * along * std::sqrt(std::max(key, 0.0)) + error);
}

} // namespace sbert::ann
