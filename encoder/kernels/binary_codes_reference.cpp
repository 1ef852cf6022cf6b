// The naive versions of binary_codes.h.
#include "encoder/kernels/binary_codes.h"

#include <algorithm>
#include <cmath>

namespace sbert::kernels {

void set_row_code_reference(const float *x, size_t d, size_t slot, uint8_t *codes) noexcept
{
    for (size_t p = 0; p < code_segments(d) / 2; p++) {
        uint8_t byte = 0;
        for (size_t b = 0; b < 8; b++)
            if (8 * p + b < d && x[8 * p + b] >= 0)
                byte |= static_cast<uint8_t>(1 << b);
        codes[p * kBlockRows + slot] = byte;
    }
}

void add_block_sums_reference(const uint8_t *codes, size_t first, size_t segments,
                              const uint8_t *table, uint32_t *totals) noexcept
{
    constexpr size_t kPlace[4] = {0, 2, 1, 3};
    for (size_t s = 0; s < segments; s++) {
        const uint8_t *entries = table + ((first + s) / 4 * 4 + kPlace[(first + s) % 4]) * 16;
        for (size_t i = 0; i < kBlockRows; i++) {
            const uint8_t byte = codes[s / 2 * kBlockRows + i];
            totals[i] += entries[s % 2 == 0 ? byte % 16 : byte / 16];
        }
    }
}

float block_keys_reference(const uint32_t *totals, Lookup lookup, float base, const float *add,
                           const float *mul, float *keys) noexcept
{
    for (size_t i = 0; i < kBlockRows; i++) {
        const float sum = lookup.scale * static_cast<float>(totals[i]) + lookup.bias;
        keys[i] = base + add[i] + mul[i] * sum;
    }
    return *std::min_element(keys, keys + kBlockRows);
}

ResidualSums residual_sums_reference(const float *x, const float *centroid, size_t d,
                                     float *residual) noexcept
{
    double norm2 = 0, absolute = 0, signed_centroid = 0, product = 0;
    for (size_t i = 0; i < d; i++) {
        const float r = x[i] - centroid[i];
        residual[i] = r;
        norm2 += static_cast<double>(r) * r;
        absolute += std::abs(r);
        signed_centroid += r >= 0 ? centroid[i] : -centroid[i];
        product += static_cast<double>(centroid[i]) * r;
    }
    return {static_cast<float>(norm2), static_cast<float>(absolute),
            static_cast<float>(signed_centroid), static_cast<float>(product)};
}

} // namespace sbert::kernels
