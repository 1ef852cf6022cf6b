// Rows to learn from that a formula makes, the same in tests/golden/make_fit.py.
#pragma once

#include <cmath>
#include <vector>

#include "extension/fit/block.h"

namespace sbert::fit {

// Element d of row i, and the labels of row i, all by sines: reproducible without a generator.
inline float element_of(size_t i, size_t d)
{
    return static_cast<float>(std::sin(static_cast<double>((i + 1) * (3 * d + 1)) * 0.37) +
                              (i % 3 == d % 3 ? 0.5 : 0.0));
}

// A row's label, noisy in one of seven.
inline size_t label_of(size_t i, size_t K) { return i % 7 == 0 ? (i / 7) % K : i % 3 % K; }

// Whether row i has label k where rows have sets.
inline bool in_set(size_t i, size_t k) { return label_of(i + k, 3) == 0; }

struct Rows {
    Shape shape;
    std::vector<float> floats;
    std::vector<Block> blocks;

    float *row(size_t i) { return floats.data() + i * shape.stride(); }
};

// n rows, in blocks of at most `block` rows, which go to `folds` folds in turn.
inline Rows make_rows(const Shape &shape, size_t n, size_t block, int folds)
{
    Rows rows = {shape, std::vector<float>(n * shape.stride()), {}};
    for (size_t i = 0; i < n; i++) {
        float *row = rows.row(i);
        for (size_t d = 0; d < shape.dimensions; d++)
            row[d] = element_of(i, d);
        row[shape.weight_at()] = 1;
        set_word_at(row, shape.origin_at(), kNewRow);
        uint32_t word = shape.multilabel ? 0 : static_cast<uint32_t>(label_of(i, shape.labels));
        for (size_t k = 0; shape.multilabel && k < shape.labels; k++)
            word |= static_cast<uint32_t>(in_set(i, k)) << k;
        set_word_at(row, shape.labels_at(), word);
    }
    for (size_t i = 0; i < n; i += block)
        rows.blocks.push_back({rows.row(i), 0, static_cast<uint32_t>(std::min(block, n - i)),
                               static_cast<int32_t>(i / block) % folds});
    return rows;
}

} // namespace sbert::fit
