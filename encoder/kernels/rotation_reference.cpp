// The naive rotation, with which rotation.cpp must agree to the bit.
#include "encoder/kernels/rotation.h"

#include <cmath>
#include <tuple>
#include <utility>

namespace sbert::kernels {

namespace {

void transform_reference(float *x, size_t n)
{
    for (size_t h = 1; h < n; h *= 2)
        for (size_t i = 0; i < n; i++)
            if ((i & h) == 0)
                std::tie(x[i], x[i + h]) = std::make_pair(x[i] + x[i + h], x[i] - x[i + h]);
    const float scale = 1.0f / std::sqrt(static_cast<float>(n));
    for (size_t i = 0; i < n; i++)
        x[i] *= scale;
}

} // namespace

void rotate_reference(const uint32_t *signs, size_t d, float *x) noexcept
{
    if (d == 0)
        return;
    size_t n = 1;
    while (2 * n <= d)
        n *= 2;
    for (size_t round = 0; round < kRotationRounds; round++) {
        const uint32_t *words = signs + round * ((d + 31) / 32);
        for (size_t i = 0; i < d; i++)
            if ((words[i / 32] >> (i % 32) & 1) != 0)
                x[i] = -x[i];
        transform_reference(round % 2 == 0 ? x : x + (d - n), n);
        if (n == d || round % 2 == 0)
            continue;
        for (size_t i = 0; i < d / 2; i++) {
            const size_t j = d - d / 2 + i;
            const float sum = x[i] + x[j], difference = x[i] - x[j];
            x[i] = sum * 0.70710678f;
            x[j] = difference * 0.70710678f;
        }
    }
}

} // namespace sbert::kernels
