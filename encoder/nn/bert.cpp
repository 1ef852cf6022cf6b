// BERT over packed tokens.
#include "encoder/nn/bert.h"

#include <algorithm>

#include "encoder/kernels/linear_bf16.h"
#include "encoder/kernels/rows.h"

namespace sbert::encoder {

Bert::Bert(const BertSpec &spec, const Parameters &parameters) : spec_(spec)
{
    const int64_t C = spec.hidden_size, I = spec.intermediate_size;
    const std::string embeddings = "embeddings.";
    words_ = parameters.words(embeddings + "word_embeddings", spec.vocab_size, C);
    positions_ = parameters.table(embeddings + "position_embeddings.weight", spec.max_positions, C);
    types_ = parameters.table(embeddings + "token_type_embeddings.weight", spec.type_vocab_size, C);
    embedding_norm_ = parameters.norm(embeddings + "LayerNorm", C);
    for (int32_t i = 0; i < spec.layers; i++) {
        const std::string layer = "encoder.layer." + std::to_string(i) + ".";
        layers_.push_back({
            parameters.product(layer + "attention.self.query_key_value", 3 * C, C, Smooth::kYes),
            parameters.product(layer + "attention.output.dense", C, C, Smooth::kNo),
            parameters.norm(layer + "attention.output.LayerNorm", C),
            parameters.product(layer + "intermediate.dense", I, C, Smooth::kYes),
            parameters.product(layer + "output.dense", C, I, Smooth::kNo),
            parameters.norm(layer + "output.LayerNorm", C),
        });
    }
}

// A row of the word table, widened.
void Bert::copy_word(int32_t id, float *row) const
{
    const size_t C = static_cast<size_t>(spec_.hidden_size), from = static_cast<size_t>(id) * C;
    if (words_.dtype == DType::kF32) {
        std::copy_n(static_cast<const float *>(words_.values) + from, C, row);
    } else if (words_.dtype == DType::kBf16) {
        const auto *word = static_cast<const kernels::Bf16 *>(words_.values) + from;
        std::transform(word, word + C, row, kernels::from_bf16);
    } else {
        const auto *word = static_cast<const int8_t *>(words_.values) + from;
        const float scale = words_.scale[id];
        std::transform(word, word + C, row, [scale](int8_t v) { return scale * v; });
    }
}

// hidden = LayerNorm(word + type 0 + position)
void Bert::embed(const Packing &packing, Rows &hidden) const
{
    const size_t C = static_cast<size_t>(spec_.hidden_size);
    hidden.resize(packing.tokens(), C);
    for (size_t t = 0; t < packing.tokens(); t++) {
        float *row = hidden.row(t);
        copy_word(packing.ids[t], row);
        kernels::add(row, types_, C);
        kernels::add(row, positions_ + packing.positions[t] * C, C);
    }
    kernels::layer_norm(hidden.row(0), nullptr, hidden.rows(), C, embedding_norm_.gamma,
                        embedding_norm_.beta, spec_.layer_norm_eps, hidden.row(0));
}

// The rows of a block, in place.
static void norm_block(const NormWeights &norm, float eps, size_t rows, size_t C, float *x)
{
    kernels::layer_norm(x, nullptr, rows, C, norm.gamma, norm.beta, eps, x);
}

// A block from attention's result, in the place of its queries, to the end of the layer.
void Bert::run_block(const Layer &layer, size_t from, size_t rows, BertScratch &scratch,
                     Rows &hidden) const
{
    const size_t C = hidden.width(), I = layer.intermediate.N;
    float *x = hidden.row(from), *inner = scratch.intermediate.row(0);
    const kernels::Epilogue add = {.add = true};
    apply_block(layer.attention_output, scratch.qkv.row(from), 3 * C, rows, scratch.narrow, x, C,
                add);
    norm_block(layer.attention_norm, spec_.layer_norm_eps, rows, C, x);
    apply_block(layer.intermediate, x, C, rows, scratch.narrow, inner, I,
                epilogue_of(spec_.activation));
    apply_block(layer.output, inner, I, rows, scratch.narrow, x, C, add);
    norm_block(layer.output_norm, spec_.layer_norm_eps, rows, C, x);
}

// All blocks through `layer` behind its attention, and to the queries, keys and values of `next`,
// which take the place of their own; either may be null.
void Bert::run_blocks(const Layer *layer, const Layer *next, StopFlag stop, BertScratch &scratch,
                      Rows &hidden) const
{
    const size_t C = hidden.width();
    for (size_t from = 0; from < hidden.rows(); from += kBlockRows) {
        stop.check();
        const size_t rows = std::min(kBlockRows, hidden.rows() - from);
        if (layer != nullptr)
            run_block(*layer, from, rows, scratch, hidden);
        if (next != nullptr)
            apply_block(next->qkv, hidden.row(from), C, rows, scratch.narrow, scratch.qkv.row(from),
                        3 * C);
    }
}

void Bert::forward(const Packing &packing, StopFlag stop, BertScratch &scratch, Rows &hidden) const
{
    embed(packing, hidden);
    scratch.qkv.resize(hidden.rows(), 3 * hidden.width());
    scratch.intermediate.resize(std::min(kBlockRows, hidden.rows()),
                                static_cast<size_t>(spec_.intermediate_size));
    const Layer *layer = nullptr;
    for (const Layer &next : layers_) {
        run_blocks(layer, &next, stop, scratch, hidden);
        self_attention(packing, static_cast<size_t>(spec_.heads), stop, scratch.attention,
                       scratch.qkv);
        layer = &next;
    }
    run_blocks(layer, nullptr, stop, scratch, hidden);
}

size_t Bert::token_bytes() const
{
    return sizeof(float) * 4 * static_cast<size_t>(spec_.hidden_size);
}

size_t Bert::block_bytes(size_t longest) const
{
    const auto C = static_cast<size_t>(spec_.hidden_size),
               I = static_cast<size_t>(spec_.intermediate_size);
    const bool narrow = words_.dtype != DType::kF32;
    return kBlockRows * (I * sizeof(float) + (narrow ? NarrowRows::row_bytes(std::max(C, I)) : 0)) +
           attention_bytes(longest, C / static_cast<size_t>(spec_.heads));
}

} // namespace sbert::encoder
