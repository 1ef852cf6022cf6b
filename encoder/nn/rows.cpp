// Activations in memory, and the two operations that every layer shares.
#include "encoder/nn/rows.h"

#include <algorithm>
#include <new>

#include "encoder/kernels/activation.h"
#include "encoder/kernels/linear_bf16.h"
#include "encoder/kernels/linear_int8.h"

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

void NarrowRows::resize(size_t rows, size_t K)
{
    const size_t bytes = (rows * (K + 64) * sizeof(kernels::Bf16) + 63) / 64 * 64;
    if (capacity_ < bytes) {
        bytes_.reset(std::aligned_alloc(64, bytes));
        capacity_ = bytes_ != nullptr ? bytes : 0;
        if (bytes_ == nullptr)
            throw std::bad_alloc();
    }
    if (scale_.size() < rows) {
        scale_.resize(rows);
        zero_.resize(rows);
    }
}

// A block of rows in 8 bits.
static void apply_int8(const LinearWeights &w, const float *x, size_t ldx, size_t rows,
                       NarrowRows &narrow, float *y, size_t ldy)
{
    const kernels::QuantizedRows q = {static_cast<uint8_t *>(narrow.bytes()), narrow.scale(),
                                      narrow.zero()};
    kernels::quantize_rows(x, ldx, rows, w.K, w.smooth, q);
    kernels::linear_int8(
        q, rows,
        {static_cast<const int8_t *>(w.panels), w.scale, w.sum, w.smooth, w.bias, w.N, w.K}, y,
        ldy);
}

void apply_linear_into(const LinearWeights &w, const Rows &x, StopFlag stop, NarrowRows &narrow,
                       size_t column, Rows &out)
{
    constexpr size_t kBlock = 168; // rows between two looks at the flag: some milliseconds
    if (w.dtype != DType::kF32)
        narrow.resize(std::min(kBlock, x.rows()), w.K);
    for (size_t from = 0; from < x.rows(); from += kBlock) {
        stop.check();
        const size_t rows = std::min(kBlock, x.rows() - from);
        const float *in = x.row(from);
        float *y = out.row(from) + column;
        if (w.dtype == DType::kF32)
            kernels::linear(in, x.width(), rows, w.K, static_cast<const float *>(w.panels), w.bias,
                            w.N, y, out.width());
        else if (w.dtype == DType::kBf16)
            kernels::linear_bf16(in, x.width(), rows, w.K,
                                 static_cast<const kernels::Bf16 *>(w.panels), w.bias, w.N, y,
                                 out.width(), narrow.bytes());
        else
            apply_int8(w, in, x.width(), rows, narrow, y, out.width());
    }
}

void apply_linear(const LinearWeights &weights, const Rows &x, StopFlag stop, NarrowRows &narrow,
                  Rows &out)
{
    out.resize(x.rows(), weights.N);
    apply_linear_into(weights, x, stop, narrow, 0, out);
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
