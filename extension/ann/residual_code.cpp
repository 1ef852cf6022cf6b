// The factors of a row's 1-bit code.
#include "extension/ann/residual_code.h"

#include <cfloat>
#include <cmath>

#include "encoder/kernels/binary_codes.h"
#include "encoder/kernels/distance.h"

namespace sbert::ann {

namespace {

RowFactors factors_from(Metric metric, const kernels::ResidualSums &sums)
{
    // |r| / (a sqrt(d)); 0 for the centroid itself
    const float length = sums.absolute > 0 ? sums.norm2 / sums.absolute : 0;
    if (metric == Metric::kInnerProduct)
        return {length * sums.signed_centroid - sums.centroid, -length};
    return {sums.norm2 + 2 * length * sums.signed_centroid, -2 * length};
}

} // namespace

RowFactors residual_factors(Metric metric, const float *x, const float *centroid, size_t d,
                            float *residual) noexcept
{
    const RowFactors factors =
        factors_from(metric, kernels::residual_sums(x, centroid, d, residual));
    // Squares that overflowed: a row that is as far as can be, but not a free slot.
    if (!std::isfinite(factors.add) || !std::isfinite(factors.mul))
        return {FLT_MAX, 0};
    return factors;
}

float list_base(Metric metric, const float *q, const float *c, size_t d) noexcept
{
    if (metric == Metric::kInnerProduct)
        return -kernels::inner_product(q, c, d);
    return kernels::l2_squared(q, c, d);
}

} // namespace sbert::ann
