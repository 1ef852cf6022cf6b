// The naive 8-bit products, which linear_int8.cpp must equal.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "encoder/kernels/linear_int8.h"

namespace sbert::kernels {

void quantize_rows_reference(const float *x, size_t ldx, size_t rows, size_t K, const float *smooth,
                             const QuantizedRows &out) noexcept
{
    for (size_t i = 0; i < rows; i++) {
        const auto at = [&](size_t k) { return x[i * ldx + k] * (smooth ? smooth[k] : 1.0f); };
        float min = 0, max = 0;
        for (size_t k = 0; k < K; k++) {
            min = std::min(min, at(k));
            max = std::max(max, at(k));
        }
        const float range = max - min, factor = range > 0 ? 255.0f / range : 0.0f;
        out.scale[i] = range > 0 ? range / 255.0f : 1.0f;
        out.zero[i] = static_cast<int32_t>(std::nearbyint(-min * factor));
        uint8_t *q = out.q + i * quantized_stride(K);
        std::memset(q, 0, quantized_stride(K));
        for (size_t k = 0; k < K; k++)
            q[k] = static_cast<uint8_t>(std::clamp(
                static_cast<int32_t>(std::nearbyint(at(k) * factor)) + out.zero[i], 0, 255));
    }
}

void linear_int8_reference(const QuantizedRows &x, size_t rows, const Int8Weights &w, float *y,
                           size_t ldy) noexcept
{
    for (size_t i = 0; i < rows; i++) {
        for (size_t n = 0; n < w.N; n++) {
            int64_t sum = 0, weights = 0;
            for (size_t k = 0; k < w.K; k++) {
                const int64_t weight = w.panels[index_int8(w.K, n, k)];
                sum += x.q[i * quantized_stride(w.K) + k] * weight;
                weights += weight;
            }
            const double exact = static_cast<double>(sum - x.zero[i] * weights);
            y[i * ldy + n] = static_cast<float>(exact * (x.scale[i] * w.weight_scale[n]) +
                                                (w.bias != nullptr ? w.bias[n] : 0.0f));
        }
    }
}

} // namespace sbert::kernels
