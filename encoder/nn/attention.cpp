// Attention as two small products per head, over the same packed panels as the big ones.
#include "encoder/nn/attention.h"

#include <algorithm>
#include <cmath>

#include "encoder/kernels/linear.h"
#include "encoder/kernels/rows.h"

namespace sbert::encoder {

namespace {

constexpr size_t kQueryBlock = 64;

// Floats of a row of scores.
size_t score_width(size_t n) { return kernels::panel_count(n) * kernels::kPanelWidth; }

// One head of one sentence: rows first ... first + n - 1, features h D ... (h + 1) D - 1.
void attend(size_t first, size_t n, size_t h, size_t D, StopFlag stop, AttentionScratch &scratch,
            Rows &qkv)
{
    const size_t width = qkv.width(), C = width / 3, ld = score_width(n);
    float *q = qkv.row(first) + h * D;
    float *keys = scratch.keys.reserve_floats(kernels::packed_floats(n, D));
    float *values = scratch.values.reserve_floats(kernels::packed_floats(D, n));
    float *scores = scratch.scores.reserve_floats(std::min(kQueryBlock, n) * ld);
    kernels::pack_panels(q + C, width, n, D, keys);
    kernels::pack_panels_transposed(q + 2 * C, width, D, n, values);
    for (size_t from = 0; from < n; from += kQueryBlock, q += kQueryBlock * width) {
        stop.check();
        const size_t rows = std::min(kQueryBlock, n - from);
        kernels::linear(q, width, rows, D, keys, nullptr, n, scores, ld);
        kernels::softmax(scores, rows, n, ld, 1.0f / std::sqrt(static_cast<float>(D)));
        kernels::linear(scores, ld, rows, n, values, nullptr, D, q, width);
    }
}

} // namespace

size_t attention_bytes(size_t n, size_t D)
{
    return sizeof(float) * (kernels::packed_floats(n, D) + kernels::packed_floats(D, n) +
                            std::min(kQueryBlock, n) * score_width(n));
}

void self_attention(const Packing &packing, size_t heads, StopFlag stop, AttentionScratch &scratch,
                    Rows &qkv)
{
    const size_t D = qkv.width() / 3 / heads;
    for (size_t b = 0; b < packing.sentences(); b++) {
        const size_t first = packing.offsets[b], n = packing.offsets[b + 1] - first;
        for (size_t h = 0; h < heads; h++)
            attend(first, n, h, D, stop, scratch, qkv);
    }
}

} // namespace sbert::encoder
