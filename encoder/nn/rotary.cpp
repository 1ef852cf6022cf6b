#include "encoder/nn/rotary.h"

#include <cmath>

namespace sbert::encoder {

Rotary::Rotary(const RotarySpec &spec, double theta) : frequencies_(spec.dims / 2)
{
    const auto dims = static_cast<float>(spec.dims);
    const auto base = static_cast<float>(theta * spec.ntk_factor);
    const auto divisor = static_cast<float>(std::pow(spec.ntk_factor, 2.0 / spec.dims));
    for (size_t j = 0; j < frequencies_.size(); j++)
        frequencies_[j] = 1.0f / std::pow(base, static_cast<float>(2 * j) / dims) / divisor;
}

void Rotary::fill(size_t positions, Rows &table) const
{
    const size_t half = frequencies_.size();
    if (table.rows() >= positions)
        return;
    table.resize(positions, 2 * half);
    for (size_t i = 0; i < positions; i++) {
        float *row = table.row(i);
        for (size_t j = 0; j < half; j++) {
            const float angle = static_cast<float>(i) * frequencies_[j];
            row[j] = std::cos(angle);
            row[half + j] = std::sin(angle);
        }
    }
}

static void turn_head(const float *cosines, const float *sines, size_t half, float *x)
{
    for (size_t j = 0; j < half; j++) {
        const float a = x[j], b = x[half + j];
        x[j] = a * cosines[j] - b * sines[j];
        x[half + j] = b * cosines[j] + a * sines[j];
    }
}

void Rotary::turn(const Rows &table, const uint32_t *positions, size_t rows, size_t heads, size_t C,
                  float *qkv) const
{
    const size_t half = frequencies_.size(), D = C / heads;
    for (size_t i = 0; i < rows; i++, qkv += 3 * C) {
        const float *row = table.row(positions[i]);
        // The heads of the keys follow those of the queries.
        for (size_t h = 0; h < 2 * heads; h++)
            turn_head(row, row + half, half, qkv + h * D);
    }
}

} // namespace sbert::encoder
