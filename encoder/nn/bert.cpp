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
            parameters.product(layer + "attention.self.query", C, C, Smooth::kYes),
            parameters.product(layer + "attention.self.key", C, C, Smooth::kYes),
            parameters.product(layer + "attention.self.value", C, C, Smooth::kYes),
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

// hidden = LayerNorm(update + hidden)
static void add_and_norm(const Rows &update, const NormWeights &norm, float eps, Rows &hidden)
{
    kernels::layer_norm(update.row(0), hidden.row(0), hidden.rows(), hidden.width(), norm.gamma,
                        norm.beta, eps, hidden.row(0));
}

void Bert::run_layer(const Layer &layer, const Packing &packing, StopFlag stop,
                     BertScratch &scratch, Rows &hidden) const
{
    const size_t C = hidden.width();
    scratch.qkv.resize(hidden.rows(), 3 * C);
    apply_linear_into(layer.query, hidden, stop, scratch.narrow, 0, scratch.qkv);
    apply_linear_into(layer.key, hidden, stop, scratch.narrow, C, scratch.qkv);
    apply_linear_into(layer.value, hidden, stop, scratch.narrow, 2 * C, scratch.qkv);
    self_attention(scratch.qkv, packing, static_cast<size_t>(spec_.heads), stop, scratch.attention,
                   scratch.context);
    apply_linear(layer.attention_output, scratch.context, stop, scratch.narrow, scratch.projected);
    add_and_norm(scratch.projected, layer.attention_norm, spec_.layer_norm_eps, hidden);
    apply_linear(layer.intermediate, hidden, stop, scratch.narrow, scratch.intermediate);
    apply_activation(spec_.activation, scratch.intermediate);
    apply_linear(layer.output, scratch.intermediate, stop, scratch.narrow, scratch.projected);
    add_and_norm(scratch.projected, layer.output_norm, spec_.layer_norm_eps, hidden);
}

void Bert::forward(const Packing &packing, StopFlag stop, BertScratch &scratch, Rows &hidden) const
{
    embed(packing, hidden);
    for (const Layer &layer : layers_)
        run_layer(layer, packing, stop, scratch, hidden);
}

} // namespace sbert::encoder
