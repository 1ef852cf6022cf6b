// The six ways of pooling.
#include "encoder/nn/pooling.h"

#include <algorithm>
#include <cmath>

#include "encoder/kernels/rows.h"

namespace sbert::encoder {

namespace {

void copy_row(const float *row, size_t C, float *out) { std::copy(row, row + C, out); }

// out = factor * sum of the rows first ... last-1
void sum_rows(const Rows &tokens, size_t first, size_t last, float factor, float *out)
{
    const size_t C = tokens.width();
    copy_row(tokens.row(first), C, out);
    for (size_t t = first + 1; t < last; t++)
        kernels::add(out, tokens.row(t), C);
    kernels::scale(out, factor, C);
}

// The weighted mean of the rows first ... last-1, which follow `skip` other rows of the sentence.
void weighted_mean(const Rows &tokens, size_t first, size_t last, size_t skip, float *out)
{
    const size_t C = tokens.width(), n = last - first;
    std::fill(out, out + C, 0.0f);
    for (size_t i = 0; i < n; i++)
        kernels::add_scaled(out, tokens.row(first + i), static_cast<float>(skip + i + 1), C);
    // The sum of the weights is n (skip + 1 + skip + n) / 2.
    kernels::scale(out, 2.0f / (static_cast<float>(n) * static_cast<float>(n + 2 * skip + 1)), C);
}

void max_rows(const Rows &tokens, size_t first, size_t last, float *out)
{
    copy_row(tokens.row(first), tokens.width(), out);
    for (size_t t = first + 1; t < last; t++)
        kernels::maximum(out, tokens.row(t), tokens.width());
}

// Pools a text that has no token, in a model that adds none, or only the tokens of a prompt.
void pool_nothing(PoolingMode mode, const Rows &tokens, size_t first, size_t last, float *out)
{
    if (mode == PoolingMode::kCls && first < last)
        return copy_row(tokens.row(first), tokens.width(), out);
    std::fill(out, out + tokens.width(), 0.0f);
}

void pool_sentence(PoolingMode mode, const Rows &tokens, size_t begin, size_t last, size_t skip,
                   float *out)
{
    if (last - begin <= skip)
        return pool_nothing(mode, tokens, begin, last, out);
    const size_t first = begin + skip;
    const float n = static_cast<float>(last - first);
    switch (mode) {
    case PoolingMode::kCls:
        return copy_row(tokens.row(first), tokens.width(), out);
    case PoolingMode::kMax:
        return max_rows(tokens, first, last, out);
    case PoolingMode::kMean:
        return sum_rows(tokens, first, last, 1.0f / n, out);
    case PoolingMode::kMeanSqrtLen:
        return sum_rows(tokens, first, last, 1.0f / std::sqrt(n), out);
    case PoolingMode::kWeightedMean:
        return weighted_mean(tokens, first, last, skip, out);
    case PoolingMode::kLastToken:
        return copy_row(tokens.row(last - 1), tokens.width(), out);
    }
}

} // namespace

void pool(const std::vector<PoolingMode> &modes, const Rows &tokens,
          std::span<const uint32_t> offsets, uint32_t skip, Rows &out)
{
    const size_t B = offsets.size() - 1, C = tokens.width();
    out.resize(B, C * modes.size());
    for (size_t b = 0; b < B; b++)
        for (size_t m = 0; m < modes.size(); m++)
            pool_sentence(modes[m], tokens, offsets[b], offsets[b + 1], skip, out.row(b) + m * C);
}

} // namespace sbert::encoder
