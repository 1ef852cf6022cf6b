// The naive row operations, with which the tests compare rows.cpp.
#include <algorithm>
#include <cmath>

#include "encoder/kernels/rows.h"

namespace sbert::kernels {

void layer_norm_reference(const float *x, const float *residual, size_t rows, size_t C,
                          const float *gamma, const float *beta, float eps, float *y) noexcept
{
    for (size_t i = 0; i < rows; i++, x += C, y += C) {
        const float *r = residual != nullptr ? residual + i * C : nullptr;
        const auto at = [&](size_t j) { return x[j] + (r != nullptr ? double{r[j]} : 0.0); };
        double mean = 0, variance = 0;
        for (size_t j = 0; j < C; j++)
            mean += at(j) / static_cast<double>(C);
        for (size_t j = 0; j < C; j++)
            variance += (at(j) - mean) * (at(j) - mean) / static_cast<double>(C);
        for (size_t j = 0; j < C; j++)
            y[j] =
                static_cast<float>((at(j) - mean) / std::sqrt(variance + eps) * gamma[j] + beta[j]);
    }
}

void softmax_reference(float *scores, size_t rows, size_t n, size_t ld, float scale) noexcept
{
    for (size_t i = 0; i < rows; i++, scores += ld) {
        const double max = *std::max_element(scores, scores + n);
        double sum = 0;
        for (size_t j = 0; j < n; j++)
            sum += std::exp((scores[j] - max) * scale);
        for (size_t j = 0; j < n; j++)
            scores[j] = static_cast<float>(std::exp((scores[j] - max) * scale) / sum);
        std::fill(scores + n, scores + ld, 0.0f);
    }
}

void add_reference(float *sum, const float *x, size_t n) noexcept
{
    for (size_t i = 0; i < n; i++)
        sum[i] += x[i];
}

void add_scaled_reference(float *sum, const float *x, float factor, size_t n) noexcept
{
    for (size_t i = 0; i < n; i++)
        sum[i] += factor * x[i];
}

void maximum_reference(float *max, const float *x, size_t n) noexcept
{
    for (size_t i = 0; i < n; i++)
        max[i] = std::max(max[i], x[i]);
}

void scale_reference(float *x, float factor, size_t n) noexcept
{
    for (size_t i = 0; i < n; i++)
        x[i] *= factor;
}

} // namespace sbert::kernels
