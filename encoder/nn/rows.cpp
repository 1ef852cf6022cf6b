// Memory for activations, and the product that all layers use.
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

void Packing::append(std::span<const int32_t> sequence)
{
    for (size_t i = 0; i < sequence.size(); i++) {
        ids.push_back(sequence[i]);
        positions.push_back(static_cast<uint32_t>(i));
    }
    offsets.push_back(static_cast<uint32_t>(ids.size()));
}

void *Buffer::reserve(size_t bytes)
{
    if (bytes_ >= bytes)
        return data_.get();
    const size_t whole = (bytes + 63) / 64 * 64;
    // The old memory is freed first, so that both never exist together.
    data_.reset();
    bytes_ = 0;
    data_.reset(std::aligned_alloc(64, whole));
    if (data_ == nullptr)
        throw std::bad_alloc();
    bytes_ = whole;
    return data_.get();
}

void Rows::resize(size_t rows, size_t width)
{
    buffer_.reserve_floats(rows * width);
    rows_ = rows;
    width_ = width;
}

void NarrowRows::resize(size_t rows, size_t K)
{
    values_.reserve(rows * (K + 64) * sizeof(kernels::Bf16));
    scale_.reserve(rows * sizeof(float));
    zero_.reserve(rows * sizeof(int32_t));
}

static void apply_int8(const LinearWeights &w, const float *x, size_t ldx, size_t rows,
                       NarrowRows &narrow, float *y, size_t ldy, const kernels::Epilogue &epilogue)
{
    const kernels::QuantizedRows q = {static_cast<uint8_t *>(narrow.values()), narrow.scale(),
                                      narrow.zero()};
    kernels::quantize_rows(x, ldx, rows, w.K, w.smooth, q);
    kernels::linear_int8(
        q, rows,
        {static_cast<const int8_t *>(w.panels), w.scale, w.sum, w.smooth, w.bias, w.N, w.K}, y, ldy,
        epilogue);
}

void apply_block(const LinearWeights &w, const float *x, size_t ldx, size_t rows,
                 NarrowRows &narrow, float *y, size_t ldy, const kernels::Epilogue &epilogue)
{
    if (w.dtype == DType::kF32) {
        kernels::linear(x, ldx, rows, w.K, static_cast<const float *>(w.panels), w.bias, w.N, y,
                        ldy, epilogue);
        return;
    }
    narrow.resize(rows, w.K);
    if (w.dtype == DType::kBf16)
        kernels::linear_bf16(x, ldx, rows, w.K, static_cast<const kernels::Bf16 *>(w.panels),
                             w.bias, w.N, y, ldy, narrow.values(), epilogue);
    else
        apply_int8(w, x, ldx, rows, narrow, y, ldy, epilogue);
}

void apply_linear(const LinearWeights &weights, const Rows &x, Activation activation, StopFlag stop,
                  NarrowRows &narrow, Rows &out)
{
    out.resize(x.rows(), weights.N);
    for (size_t from = 0; from < x.rows(); from += kBlockRows) {
        stop.check();
        apply_block(weights, x.row(from), x.width(), std::min(kBlockRows, x.rows() - from), narrow,
                    out.row(from), out.width(), epilogue_of(activation));
    }
}

kernels::Epilogue epilogue_of(Activation activation)
{
    // In the order of the enumeration.
    constexpr decltype(kernels::Epilogue::activate) kFunctions[] = {nullptr,
                                                                    kernels::tanh_rows,
                                                                    kernels::relu_rows,
                                                                    kernels::gelu_rows,
                                                                    kernels::gelu_tanh_rows,
                                                                    kernels::quick_gelu_rows,
                                                                    kernels::silu_rows,
                                                                    kernels::sigmoid_rows};
    return {.activate = kFunctions[static_cast<size_t>(activation)]};
}

} // namespace sbert::encoder
