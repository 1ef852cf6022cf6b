// Activations in memory, and the two operations that every layer shares.
#include "encoder/nn/rows.h"

#include <algorithm>

#include "encoder/kernels/activation.h"

namespace sbert::encoder {

void Packing::clear()
{
    ids.clear();
    positions.clear();
    offsets.assign(1, 0);
}

void Packing::append(const std::vector<Token> &tokens)
{
    for (size_t i = 0; i < tokens.size(); i++) {
        ids.push_back(tokens[i].id);
        positions.push_back(static_cast<uint32_t>(i));
    }
    offsets.push_back(static_cast<uint32_t>(ids.size()));
}

void Rows::resize(size_t rows, size_t width)
{
    if (values_.size() < rows * width)
        values_.resize(rows * width);
    rows_ = rows;
    width_ = width;
}

void apply_linear_into(const LinearWeights &weights, const Rows &x, StopFlag stop, size_t column,
                       Rows &out)
{
    constexpr size_t kBlock = 168; // rows between two looks at the flag: some milliseconds
    for (size_t from = 0; from < x.rows(); from += kBlock) {
        stop.check();
        kernels::linear(x.row(from), x.width(), std::min(kBlock, x.rows() - from), weights.K,
                        weights.panels, weights.bias, weights.N, out.row(from) + column,
                        out.width());
    }
}

void apply_linear(const LinearWeights &weights, const Rows &x, StopFlag stop, Rows &out)
{
    out.resize(x.rows(), weights.N);
    apply_linear_into(weights, x, stop, 0, out);
}

void apply_activation(Activation activation, Rows &x)
{
    const size_t n = x.rows() * x.width();
    switch (activation) {
    case Activation::kIdentity:
        return;
    case Activation::kTanh:
        return kernels::tanh(x.row(0), n);
    case Activation::kRelu:
        return kernels::relu(x.row(0), n);
    case Activation::kGelu:
        return kernels::gelu(x.row(0), n);
    case Activation::kGeluTanh:
        return kernels::gelu_tanh(x.row(0), n);
    case Activation::kQuickGelu:
        return kernels::quick_gelu(x.row(0), n);
    case Activation::kSilu:
        return kernels::silu(x.row(0), n);
    case Activation::kSigmoid:
        return kernels::sigmoid(x.row(0), n);
    }
}

} // namespace sbert::encoder
