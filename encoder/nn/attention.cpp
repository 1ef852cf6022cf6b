// Computes attention as two small products per head, with the same kernels as the large products.
#include "encoder/nn/attention.h"

#include <algorithm>
#include <cmath>

#include "encoder/kernels/linear.h"
#include "encoder/kernels/rows.h"

namespace sbert::encoder {

namespace {

constexpr size_t kQueryBlock = 64;

// The number of floats in a row of scores.
size_t score_width(size_t n) { return kernels::panel_count(n) * kernels::kPanelWidth; }

// One head of one sentence.
class Head {
  public:
    //   queries  those of the sentence's first token; its keys and values follow C and 2C floats
    //            later
    Head(float *queries, size_t n, size_t h, size_t width, const AttentionShape &shape,
         AttentionScratch &scratch)
        : queries_(queries), n_(n), h_(h), width_(width), D_(width / 3 / shape.heads),
          shape_(shape), scratch_(scratch)
    {
    }

    void attend(StopFlag stop)
    {
        if (shape_.bias != nullptr)
            shape_.bias->fill(n_, h_, std::sqrt(static_cast<float>(D_)),
                              scratch_.biases.reserve_floats(2 * n_ - 1));
        if (shape_.window == 0)
            pack(0, n_);
        for (size_t from = 0; from < n_; from += kQueryBlock) {
            stop.check();
            const size_t rows = std::min(kQueryBlock, n_ - from);
            if (shape_.window != 0) {
                // The keys that the first query sees to its left and the last one to its right.
                const size_t first = from - std::min(from, shape_.window);
                pack(first, std::min(n_, from + rows + shape_.window) - first);
            }
            attend_block(from, rows);
        }
    }

  private:
    // Packs the keys and values of `count` tokens from `first` on.
    void pack(size_t first, size_t count)
    {
        const float *keys = queries_ + first * width_ + width_ / 3;
        first_ = first;
        count_ = count;
        keys_ = scratch_.keys.reserve_floats(kernels::packed_floats(count, D_));
        values_ = scratch_.values.reserve_floats(kernels::packed_floats(D_, count));
        kernels::pack_panels(keys, width_, count, D_, keys_);
        kernels::pack_panels_transposed(keys + width_ / 3, width_, D_, count, values_);
    }

    void attend_block(size_t from, size_t rows)
    {
        const size_t ld = score_width(count_);
        float *q = queries_ + from * width_;
        float *scores = scratch_.scores.reserve_floats(std::min(kQueryBlock, n_) * ld);
        kernels::linear(q, width_, rows, D_, keys_, nullptr, count_, scores, ld);
        for (size_t i = 0; i < rows; i++)
            adjust(from + i, scores + i * ld);
        kernels::softmax(scores, rows, count_, ld, 1.0f / std::sqrt(static_cast<float>(D_)));
        kernels::linear(scores, ld, rows, count_, values_, nullptr, D_, q, width_);
    }

    // Adds the biases to a query's unscaled scores, and gives no weight to keys that it does not
    // see.
    void adjust(size_t query, float *scores) const
    {
        if (shape_.bias != nullptr) {
            const auto *biases = static_cast<const float *>(scratch_.biases.data());
            kernels::add(scores, biases + (n_ - 1 + first_ - query), count_);
        }
        if (shape_.window != 0) {
            const size_t begin = query - std::min(query - first_, shape_.window);
            const size_t end = std::min(first_ + count_, query + shape_.window + 1);
            std::fill(scores, scores + (begin - first_), -HUGE_VALF);
            std::fill(scores + (end - first_), scores + count_, -HUGE_VALF);
        }
    }

    float *queries_;
    size_t n_, h_, width_, D_;
    const AttentionShape &shape_;
    AttentionScratch &scratch_;
    size_t first_ = 0, count_ = 0; // the tokens that are packed
    float *keys_ = nullptr, *values_ = nullptr;
};

} // namespace

size_t attention_bytes(size_t n, size_t D)
{
    return sizeof(float) * (kernels::packed_floats(n, D) + kernels::packed_floats(D, n) +
                            std::min(kQueryBlock, n) * score_width(n));
}

void self_attention(const Packing &packing, const AttentionShape &shape, StopFlag stop,
                    AttentionScratch &scratch, Rows &qkv)
{
    const size_t D = qkv.width() / 3 / shape.heads;
    for (size_t b = 0; b < packing.sentences(); b++) {
        const size_t first = packing.offsets[b], n = packing.offsets[b + 1] - first;
        for (size_t h = 0; h < shape.heads && n != 0; h++)
            Head(qkv.row(first) + h * D, n, h, qkv.width(), shape, scratch).attend(stop);
    }
}

} // namespace sbert::encoder
