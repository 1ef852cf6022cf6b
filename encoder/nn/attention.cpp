// Attention as two small products per head, over the same packed panels as the big ones.
#include "encoder/nn/attention.h"

#include <algorithm>
#include <cmath>

#include "encoder/kernels/rows.h"

namespace sbert::encoder {

namespace {

constexpr size_t kQueryBlock = 64;

void reserve(std::vector<float> &scratch, size_t n)
{
    if (scratch.size() < n)
        scratch.resize(n);
}

// One head of one sentence: rows first ... first + n - 1, features h D ... (h + 1) D - 1.
void attend(const Rows &qkv, size_t first, size_t n, size_t h, size_t D, StopFlag stop,
            AttentionScratch &scratch, Rows &out)
{
    const size_t C = qkv.width() / 3, ld = kernels::panel_count(n) * kernels::kPanelWidth;
    const float *q = qkv.row(first) + h * D, *k = q + C, *v = k + C;
    reserve(scratch.keys, kernels::packed_floats(n, D));
    reserve(scratch.values, kernels::packed_floats(D, n));
    reserve(scratch.scores, kQueryBlock * ld);
    kernels::pack_panels(k, qkv.width(), n, D, scratch.keys.data());
    kernels::pack_panels_transposed(v, qkv.width(), D, n, scratch.values.data());
    for (size_t from = 0; from < n; from += kQueryBlock) {
        stop.check();
        const size_t rows = std::min(kQueryBlock, n - from);
        float *scores = scratch.scores.data();
        kernels::linear(q + from * qkv.width(), qkv.width(), rows, D, scratch.keys.data(), nullptr,
                        n, scores, ld);
        kernels::softmax(scores, rows, n, ld, 1.0f / std::sqrt(static_cast<float>(D)));
        kernels::linear(scores, ld, rows, n, scratch.values.data(), nullptr, D,
                        out.row(first + from) + h * D, out.width());
    }
}

} // namespace

void self_attention(const Rows &qkv, const Packing &packing, size_t heads, StopFlag stop,
                    AttentionScratch &scratch, Rows &out)
{
    const size_t C = qkv.width() / 3;
    out.resize(qkv.rows(), C);
    for (size_t b = 0; b < packing.sentences(); b++) {
        const size_t first = packing.offsets[b], n = packing.offsets[b + 1] - first;
        for (size_t h = 0; h < heads; h++)
            attend(qkv, first, n, h, C / heads, stop, scratch, out);
    }
}

} // namespace sbert::encoder
