// Runs a transformer over packed tokens.
#include "encoder/nn/transformer.h"

#include <algorithm>

#include "encoder/kernels/linear_bf16.h"
#include "encoder/kernels/rows.h"

namespace sbert::encoder {

Transformer::Transformer(const TransformerSpec &spec, const Parameters &parameters)
    : spec_(spec), hidden_(static_cast<size_t>(spec.hidden_size)),
      width_(
          static_cast<size_t>(spec.embedding_size != 0 ? spec.embedding_size : spec.hidden_size)),
      order_(layer_order(spec))
{
    if (!spec.norm_bias)
        zeros_.assign(std::max(hidden_, width_), 0);
    bind_embeddings(parameters);
    if (spec.relative_buckets != 0)
        bias_.emplace_back(parameters.table("encoder.relative_attention_bias.weight",
                                            spec.relative_buckets, spec.heads),
                           static_cast<size_t>(spec.heads));
    if (spec.rotary.dims != 0) {
        rotary_[static_cast<size_t>(Reach::kGlobal)] = Rotary(spec.rotary, spec.rotary.theta);
        rotary_[static_cast<size_t>(Reach::kLocal)] = Rotary(spec.rotary, spec.rotary.local_theta);
    }
    for (int32_t i = 0; i < spec.layers; i++)
        layers_.push_back(bind_layer(parameters, i));
}

void Transformer::bind_embeddings(const Parameters &parameters)
{
    const auto width = static_cast<int64_t>(width_);
    const std::string embeddings = "embeddings.";
    words_ = parameters.words(embeddings + "word_embeddings", spec_.vocab_size, width);
    if (spec_.position_table)
        positions_ = parameters.table(embeddings + "position_embeddings.weight",
                                      position_rows(spec_), width);
    if (spec_.type_vocab_size != 0)
        types_ = parameters.table(embeddings + "token_type_embeddings.weight",
                                  spec_.type_vocab_size, width);
    if (spec_.embedding_norm)
        embedding_norm_ = bind_norm(parameters, embeddings + "LayerNorm", width_);
    if (spec_.embedding_size != 0)
        project_ = parameters.product("embeddings_project", spec_.hidden_size, width, true);
}

Transformer::Layer Transformer::bind_layer(const Parameters &parameters, int32_t index) const
{
    const int64_t C = spec_.hidden_size, I = spec_.intermediate_size;
    const std::string layer = "encoder.layer." + std::to_string(index) + ".";
    const bool local =
        std::binary_search(spec_.local_layers.begin(), spec_.local_layers.end(), index);
    return {
        parameters.product(layer + "attention.self.query_key_value", 3 * C, C,
                           spec_.attention_bias),
        parameters.product(layer + "attention.output.dense", C, C, spec_.attention_bias),
        bind_norm(parameters, layer + "attention.output.LayerNorm", hidden_),
        spec_.gated
            ? parameters.product(layer + "intermediate.gate_up", 2 * I, C, spec_.intermediate_bias)
            : parameters.product(layer + "intermediate.dense", I, C, spec_.intermediate_bias),
        parameters.product(layer + "output.dense", C, I, spec_.output_bias),
        bind_norm(parameters, layer + "output.LayerNorm", hidden_),
        local ? Reach::kLocal : Reach::kGlobal,
    };
}

NormWeights Transformer::bind_norm(const Parameters &parameters, const std::string &name,
                                   size_t C) const
{
    NormWeights norm = parameters.norm(name, static_cast<int64_t>(C), spec_.norm_bias);
    if (norm.beta == nullptr)
        norm.beta = zeros_.data();
    return norm;
}

// Copies a row of the word table, widened to f32.
void Transformer::copy_word(int32_t id, float *row) const
{
    const size_t from = static_cast<size_t>(id) * width_;
    if (words_.dtype == DType::kF32) {
        std::copy_n(static_cast<const float *>(words_.values) + from, width_, row);
    } else if (words_.dtype == DType::kBf16) {
        const auto *word = static_cast<const kernels::Bf16 *>(words_.values) + from;
        std::transform(word, word + width_, row, kernels::from_bf16);
    } else {
        const auto *word = static_cast<const int8_t *>(words_.values) + from;
        const float scale = words_.scale[id];
        std::transform(word, word + width_, row, [scale](int8_t v) { return scale * v; });
    }
}

// Writes word + type 0 + position. `before` counts the tokens of the sentence that have taken a
// position.
void Transformer::embed_token(int32_t id, uint32_t &before, float *row) const
{
    copy_word(id, row);
    if (types_ != nullptr)
        kernels::add(row, types_, width_);
    if (positions_ == nullptr)
        return;
    const int32_t padding = spec_.position_padding;
    const int64_t position = id == padding ? padding : int64_t{padding} + ++before;
    kernels::add(row, positions_ + static_cast<size_t>(position) * width_, width_);
}

// hidden = LayerNorm(sum of the tables' rows), projected to C if the tables are narrower.
void Transformer::embed(const Packing &packing, TransformerScratch &scratch, Rows &hidden) const
{
    const bool widen = project_.N != 0;
    uint32_t before = 0;
    for (size_t from = 0; from < hidden.rows(); from += kBlockRows) {
        const size_t rows = std::min(kBlockRows, hidden.rows() - from);
        float *block = widen ? scratch.normed.row(0) : hidden.row(from);
        for (size_t i = 0; i < rows; i++) {
            if (packing.positions[from + i] == 0)
                before = 0;
            embed_token(packing.ids[from + i], before, block + i * width_);
        }
        if (spec_.embedding_norm)
            normalize(embedding_norm_, block, rows, width_, block);
        if (widen)
            apply_block(project_, block, width_, rows, scratch.narrow, hidden.row(from), hidden_);
    }
}

void Transformer::normalize(const NormWeights &norm, const float *x, size_t rows, size_t C,
                            float *y) const
{
    kernels::layer_norm(x, nullptr, rows, C, norm.gamma, norm.beta, spec_.layer_norm_eps, y);
}

// gate = activation(gate) * up, where gate and up are the halves of each row.
static void apply_gate(Activation activation, size_t rows, size_t I, float *gate_up)
{
    if (const auto activate = epilogue_of(activation).activate)
        activate(gate_up, 2 * I, rows, I);
    for (size_t i = 0; i < rows; i++, gate_up += 2 * I)
        for (size_t j = 0; j < I; j++)
            gate_up[j] *= gate_up[I + j];
}

// sum += output(activation(intermediate(x))). x may be sum.
void Transformer::feed_forward(const Layer &layer, const float *x, size_t rows,
                               TransformerScratch &scratch, float *sum) const
{
    const size_t C = hidden_, I = layer.output.K, width = layer.intermediate.N;
    float *inner = scratch.intermediate.row(0);
    apply_block(layer.intermediate, x, C, rows, scratch.narrow, inner, width,
                spec_.gated ? kernels::Epilogue{} : epilogue_of(spec_.activation));
    if (spec_.gated)
        apply_gate(spec_.activation, rows, I, inner);
    apply_block(layer.output, inner, width, rows, scratch.narrow, sum, C, {.add = true});
}

// Runs a block from attention's result, which has replaced the queries, to the end of the layer.
// Returns the input of the next layer's products. After the last layer these are the hidden rows.
const float *Transformer::run_block(const Layer &layer, bool last, size_t from, size_t rows,
                                    TransformerScratch &scratch, Rows &hidden) const
{
    const size_t C = hidden_;
    float *sum = hidden.row(from);
    float *normed = spec_.pre_norm ? scratch.normed.row(0) : sum;
    apply_block(layer.attention_output, scratch.qkv.row(from), 3 * C, rows, scratch.narrow, sum, C,
                {.add = true});
    normalize(layer.attention_norm, sum, rows, C, normed);
    feed_forward(layer, normed, rows, scratch, sum);
    float *out = last ? sum : normed;
    normalize(layer.output_norm, sum, rows, C, out);
    return out;
}

// Runs all blocks through `layer` after its attention, then through the product for the queries,
// keys and values of `next`, which overwrites those of `layer`. Either layer may be null.
void Transformer::run_blocks(const Layer *layer, const Layer *next, const Packing &packing,
                             StopFlag stop, TransformerScratch &scratch, Rows &hidden) const
{
    const size_t C = hidden_;
    for (size_t from = 0; from < hidden.rows(); from += kBlockRows) {
        stop.check();
        const size_t rows = std::min(kBlockRows, hidden.rows() - from);
        const float *x = hidden.row(from);
        if (layer != nullptr)
            x = run_block(*layer, next == nullptr, from, rows, scratch, hidden);
        if (next == nullptr)
            continue;
        float *qkv = scratch.qkv.row(from);
        apply_block(next->qkv, x, C, rows, scratch.narrow, qkv, 3 * C);
        if (spec_.rotary.dims != 0) {
            const auto reach = static_cast<size_t>(next->reach);
            rotary_[reach].turn(scratch.turns[reach], &packing.positions[from], rows,
                                static_cast<size_t>(spec_.heads), C, qkv);
        }
    }
}

static size_t longest_sentence(const Packing &packing)
{
    size_t longest = 0;
    for (size_t b = 0; b < packing.sentences(); b++)
        longest = std::max<size_t>(longest, packing.offsets[b + 1] - packing.offsets[b]);
    return longest;
}

void Transformer::prepare(const Packing &packing, TransformerScratch &scratch, Rows &hidden) const
{
    const size_t block = std::min(kBlockRows, packing.tokens());
    hidden.resize(packing.tokens(), hidden_);
    scratch.normed.resize(block, normed_width());
    if (layers_.empty())
        return;
    scratch.qkv.resize(packing.tokens(), 3 * hidden_);
    scratch.intermediate.resize(block, inner_width());
    if (spec_.rotary.dims == 0)
        return;
    const size_t longest = longest_sentence(packing);
    rotary_[0].fill(longest, scratch.turns[0]);
    if (!spec_.local_layers.empty())
        rotary_[1].fill(longest, scratch.turns[1]);
}

void Transformer::forward(const Packing &packing, StopFlag stop, TransformerScratch &scratch,
                          Rows &hidden, const Behind &behind) const
{
    prepare(packing, scratch, hidden);
    embed(packing, scratch, hidden);
    const Layer *layer = nullptr;
    uint32_t done = 0;
    for (int32_t index : order_) {
        const Layer &next = layers_[static_cast<size_t>(index)];
        run_blocks(layer, &next, packing, stop, scratch, hidden);
        if (behind)
            behind(done++, hidden);
        const size_t window = next.reach == Reach::kLocal ? static_cast<size_t>(spec_.window) : 0;
        self_attention(
            packing,
            {static_cast<size_t>(spec_.heads), window, bias_.empty() ? nullptr : bias_.data()},
            stop, scratch.attention, scratch.qkv);
        layer = &next;
    }
    run_blocks(layer, nullptr, packing, stop, scratch, hidden);
    if (behind)
        behind(done, hidden);
}

size_t Transformer::inner_width() const
{
    return static_cast<size_t>(spec_.intermediate_size) * (spec_.gated ? 2 : 1);
}

// The width of `normed`, the norms' results that do not replace the hidden rows.
size_t Transformer::normed_width() const
{
    return std::max(spec_.pre_norm ? hidden_ : 0, project_.N != 0 ? width_ : 0);
}

size_t Transformer::token_bytes() const
{
    return sizeof(float) * (layers_.empty() ? 1 : 4) * hidden_;
}

size_t Transformer::block_bytes(size_t longest) const
{
    const size_t widest = std::max({hidden_, width_, static_cast<size_t>(spec_.intermediate_size)});
    const size_t row = sizeof(float) * (inner_width() + normed_width()) +
                       (words_.dtype != DType::kF32 ? NarrowRows::row_bytes(widest) : 0);
    if (layers_.empty())
        return kBlockRows * row;
    const size_t kinds = spec_.local_layers.empty() ? 1 : 2;
    const size_t position = static_cast<size_t>(spec_.rotary.dims) * kinds + 2 * bias_.size();
    return kBlockRows * row + sizeof(float) * longest * position +
           attention_bytes(longest, hidden_ / static_cast<size_t>(spec_.heads));
}

} // namespace sbert::encoder
