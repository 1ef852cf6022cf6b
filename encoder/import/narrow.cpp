#include "encoder/import/narrow.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "encoder/kernels/linear_bf16.h"

namespace sbert::encoder {

namespace {

constexpr float kSpreads = 4;            // standard deviations that a channel is taken to reach
constexpr float kSmallestWeight = 1e-5f; // a column of zeros must not get an endless factor,
constexpr float kSmallestFactor = 1e-4f; // nor a channel that is always zero none at all
constexpr float kLargest = 127;

float require_finite(float value)
{
    if (!std::isfinite(value))
        throw std::overflow_error("its values are too large");
    return value;
}

uint16_t round_to_bf16(float value)
{
    const kernels::Bf16 narrow = kernels::to_bf16(value);
    require_finite(kernels::from_bf16(narrow));
    return narrow;
}

// The largest magnitude of each column, but not below kSmallestWeight.
std::vector<float> column_reach(const float *w, size_t N, size_t K)
{
    std::vector<float> reach(K, kSmallestWeight);
    for (size_t n = 0; n < N; ++n)
        for (size_t k = 0; k < K; ++k)
            reach[k] = std::max(reach[k], std::abs(w[n * K + k]));
    return reach;
}

// One row: its integers to `out`, its scale returned.
float round_row(const std::vector<float> &row, int8_t *out)
{
    float reach = 0;
    for (float value : row)
        reach = std::max(reach, std::abs(require_finite(value)));
    // A reach among the smallest denormals has no 127th part; such a row is one of zeros as well.
    const float part = reach / kLargest;
    const float scale = part > 0 ? part : 1;
    for (size_t k = 0; k < row.size(); ++k) {
        const float rounded = std::nearbyint(row[k] / scale);
        out[k] = static_cast<int8_t>(std::clamp(rounded, -kLargest, kLargest));
    }
    return scale;
}

} // namespace

std::vector<uint16_t> narrow_bf16(const float *values, size_t count)
{
    std::vector<uint16_t> narrow(count);
    std::transform(values, values + count, narrow.begin(), round_to_bf16);
    return narrow;
}

Int8Matrix narrow_int8(const float *w, size_t N, size_t K, const float *columns)
{
    Int8Matrix narrow{std::vector<int8_t>(N * K), std::vector<float>(N), std::vector<float>(N)};
    std::vector<float> row(K);
    for (size_t n = 0; n < N; ++n) {
        for (size_t k = 0; k < K; ++k)
            row[k] = columns != nullptr ? w[n * K + k] * columns[k] : w[n * K + k];
        int8_t *values = narrow.values.data() + n * K;
        narrow.scale[n] = round_row(row, values);
        int32_t sum = 0;
        for (size_t k = 0; k < K; ++k)
            sum += values[k];
        narrow.sum[n] = static_cast<float>(sum);
    }
    return narrow;
}

Smoothing smoothing(const float *w, size_t N, size_t K, const float *gamma, const float *beta)
{
    Smoothing made{column_reach(w, N, K), std::vector<float>(K)};
    float sum = 0;
    for (size_t k = 0; k < K; ++k) {
        const float shift = beta != nullptr ? std::abs(beta[k]) : 0;
        const float spread = shift + kSpreads * std::abs(gamma[k]);
        const float factor = std::sqrt(spread) / std::sqrt(made.columns[k]);
        made.columns[k] = std::max(factor, kSmallestFactor);
        sum += made.columns[k];
    }
    const float mean = sum / static_cast<float>(K);
    for (size_t k = 0; k < K; ++k) {
        made.columns[k] = require_finite(made.columns[k] / mean);
        made.smooth[k] = require_finite(1 / made.columns[k]);
    }
    return made;
}

} // namespace sbert::encoder
