// Binds the steps of the pipeline to their weights, and runs them.
#include "encoder/nn/pipeline.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "encoder/kernels/distance.h"
#include "encoder/kernels/rows.h"
#include "encoder/nn/pooling.h"

namespace sbert::encoder {

Pipeline::Bound Pipeline::bind(const Step &step, const Parameters &parameters)
{
    if (const auto *dense = std::get_if<DenseStep>(&step))
        return Dense{
            parameters.linear(dense->prefix + ".linear", dense->out, dense->in, dense->bias),
            dense->activation};
    if (const auto *norm = std::get_if<LayerNormStep>(&step)) {
        Norm bound{parameters.norm(norm->prefix + ".norm", norm->width, norm->bias), norm->eps};
        if (bound.weights.beta == nullptr)
            bound.weights.beta = zeros_.data();
        return bound;
    }
    if (const auto *pooling = std::get_if<PoolingStep>(&step))
        return *pooling;
    if (const auto *truncate = std::get_if<TruncateStep>(&step))
        return *truncate;
    return NormalizeStep{};
}

static size_t width_behind(const Step &step, size_t width)
{
    if (const auto *pooling = std::get_if<PoolingStep>(&step))
        return width * pooling->modes.size();
    if (const auto *dense = std::get_if<DenseStep>(&step))
        return static_cast<size_t>(dense->out);
    if (const auto *truncate = std::get_if<TruncateStep>(&step))
        return static_cast<size_t>(truncate->width);
    return width;
}

Pipeline::Pipeline(const std::vector<Step> &steps, size_t hidden_size, const Parameters &parameters)
    : pooling_(steps.size()), token_width_(hidden_size)
{
    for (const Step &step : steps)
        if (const auto *norm = std::get_if<LayerNormStep>(&step); norm != nullptr && !norm->bias)
            zeros_.resize(std::max(zeros_.size(), static_cast<size_t>(norm->width)));
    bool pooled = false;
    // `tokens` and `sentences` are the widest rows that steps write for each.
    size_t width = hidden_size, tokens = 0, sentences = 0;
    for (const Step &step : steps) {
        if (std::holds_alternative<PoolingStep>(step)) {
            pooling_ = steps_.size();
            pooled = true;
        }
        steps_.push_back(bind(step, parameters));
        if (const auto *dense = std::get_if<DenseStep>(&step); dense != nullptr && !pooled)
            token_width_ = static_cast<size_t>(dense->out);
        width = width_behind(step, width);
        (pooled ? sentences : tokens) = std::max(pooled ? sentences : tokens, width);
    }
    // Steps write to a second matrix and swap the two. A sentence has at least two tokens.
    token_bytes_ =
        sizeof(float) * (std::max(tokens, hidden_size) - hidden_size +
                         std::max(token_width_ == hidden_size ? 0 : tokens, (sentences + 1) / 2));
}

// x / max(|x|, 1e-12), like torch.nn.functional.normalize.
static void normalize_rows(Rows &rows)
{
    for (size_t i = 0; i < rows.rows(); i++) {
        float *row = rows.row(i);
        const float norm = std::sqrt(kernels::inner_product(row, row, rows.width()));
        kernels::scale(row, 1.0f / std::max(norm, 1e-12f), rows.width());
    }
}

static void truncate_rows(const Rows &rows, size_t width, Rows &out)
{
    out.resize(rows.rows(), width);
    for (size_t i = 0; i < rows.rows(); i++)
        std::copy_n(rows.row(i), width, out.row(i));
}

void Pipeline::run_row_wise(const Bound &step, Rows &rows, StopFlag stop, Rows &spare) const
{
    if (const auto *dense = std::get_if<Dense>(&step)) {
        // The steps of the pipeline are in f32 in every precision, so this stays empty.
        NarrowRows none;
        apply_linear(dense->weights, rows, dense->activation, stop, none, spare);
        std::swap(rows, spare);
    } else if (const auto *norm = std::get_if<Norm>(&step)) {
        kernels::layer_norm(rows.row(0), nullptr, rows.rows(), rows.width(), norm->weights.gamma,
                            norm->weights.beta, norm->eps, rows.row(0));
    } else if (const auto *truncate = std::get_if<TruncateStep>(&step)) {
        truncate_rows(rows, static_cast<size_t>(truncate->width), spare);
        std::swap(rows, spare);
    } else {
        normalize_rows(rows);
    }
}

void Pipeline::run_on_tokens(Rows &rows, StopFlag stop, Rows &spare) const
{
    for (size_t i = 0; i < pooling_; i++)
        run_row_wise(steps_[i], rows, stop, spare);
}

bool Pipeline::includes_prompt() const
{
    if (pooling_ == steps_.size())
        return true;
    return std::get<PoolingStep>(steps_[pooling_]).include_prompt;
}

void Pipeline::run_to_sentences(Rows &rows, std::span<const uint32_t> offsets, uint32_t prompt,
                                StopFlag stop, Rows &spare) const
{
    pool(std::get<PoolingStep>(steps_[pooling_]).modes, rows, offsets,
         includes_prompt() ? 0 : prompt, spare);
    std::swap(rows, spare);
    for (size_t i = pooling_ + 1; i < steps_.size(); i++)
        run_row_wise(steps_[i], rows, stop, spare);
}

} // namespace sbert::encoder
