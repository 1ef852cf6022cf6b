// The naive versions of scalar_codes.h. Here the error of the encoding is exact, not rounded up.
#include "encoder/kernels/scalar_codes.h"

#include <algorithm>
#include <cmath>

namespace sbert::kernels {

namespace {

uint8_t code_at(const uint8_t *codes, size_t i, int bits)
{
    return bits == 8 ? codes[i] : static_cast<uint8_t>(codes[i / 2] >> (i % 2 * 4) & 15);
}

} // namespace

ScalarRange encode_scalar_reference(const float *x, size_t d, int bits, uint8_t *codes) noexcept
{
    if (d == 0)
        return {0, 0, 0};
    const auto [min, max] = std::minmax_element(x, x + d);
    const float low = *min, high = *max, top = bits == 4 ? 15.0f : 255.0f;
    const bool flat = high - low <= 1e-30f;
    const float step = flat ? 0 : (high - low) / top;
    const float steps = flat ? 0 : 1 / step;
    std::fill_n(codes, scalar_code_bytes(d, bits), static_cast<uint8_t>(0));
    double squares = 0;
    for (size_t i = 0; i < d; i++) {
        const float code = std::clamp(std::nearbyint((x[i] - low) * steps), 0.0f, top);
        const unsigned whole = static_cast<unsigned>(code);
        if (bits == 8)
            codes[i] = static_cast<uint8_t>(whole);
        else
            codes[i / 2] |= static_cast<uint8_t>(whole << (i % 2 * 4));
        const double difference =
            static_cast<double>(x[i]) - low - static_cast<double>(step) * code;
        squares += difference * difference;
    }
    return {low, step, static_cast<float>(std::sqrt(squares))};
}

void decode_scalar_reference(const uint8_t *codes, ScalarRange range, size_t d, int bits,
                             float *x) noexcept
{
    for (size_t i = 0; i < d; i++) {
        const double code = code_at(codes, i, bits);
        x[i] = static_cast<float>(range.low + range.step * code);
    }
}

double scalar_product_reference(const float *q, const uint8_t *codes, size_t d, int bits) noexcept
{
    double sum = 0;
    for (size_t i = 0; i < d; i++)
        sum += static_cast<double>(q[i]) * code_at(codes, i, bits);
    return sum;
}

} // namespace sbert::kernels
