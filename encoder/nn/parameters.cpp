// Looks up tensors by name, type, layout and shape.
#include "encoder/nn/parameters.h"

#include <algorithm>

#include "encoder/error.h"

namespace sbert::encoder {

static DType dtype_of(Precision precision)
{
    switch (precision) {
    case Precision::kF32:
        return DType::kF32;
    case Precision::kBf16:
        return DType::kBf16;
    case Precision::kInt8:
        return DType::kI8;
    }
    return DType::kF32;
}

bool Parameters::has(const std::string &name) const
{
    return std::any_of(model_.tensors->begin(), model_.tensors->end(),
                       [&](const Tensor &tensor) { return tensor.name == name; });
}

const Tensor &Parameters::find(const std::string &name, const std::vector<int64_t> &shape,
                               DType dtype, Layout layout) const
{
    for (const Tensor &tensor : *model_.tensors) {
        if (tensor.name != name)
            continue;
        if (tensor.shape != shape || tensor.dtype != dtype || tensor.layout != layout)
            throw Error(ErrorCode::kModelInvalid,
                        "tensor \"" + name + "\" has an unexpected shape, type or layout");
        return tensor;
    }
    throw Error(ErrorCode::kModelInvalid, "tensor \"" + name + "\" is missing");
}

const float *Parameters::vector(const std::string &name, int64_t n) const
{
    return static_cast<const float *>(find(name, {n}, DType::kF32, Layout::kRows).data);
}

const float *Parameters::table(const std::string &name, int64_t rows, int64_t columns) const
{
    return static_cast<const float *>(find(name, {rows, columns}, DType::kF32, Layout::kRows).data);
}

TableWeights Parameters::words(const std::string &name, int64_t rows, int64_t C) const
{
    TableWeights table;
    table.dtype = dtype_of(model_.spec->precision);
    table.values = find(name + ".weight", {rows, C}, table.dtype, Layout::kRows).data;
    if (table.dtype == DType::kI8)
        table.scale = vector(name + ".weight_scale", rows);
    return table;
}

LinearWeights Parameters::linear(const std::string &name, int64_t N, int64_t K, bool bias) const
{
    LinearWeights weights;
    weights.panels = find(name + ".weight", {N, K}, DType::kF32, Layout::kPanels).data;
    weights.bias = bias ? vector(name + ".bias", N) : nullptr;
    weights.N = static_cast<size_t>(N);
    weights.K = static_cast<size_t>(K);
    return weights;
}

LinearWeights Parameters::product(const std::string &name, int64_t N, int64_t K, bool bias) const
{
    LinearWeights weights;
    weights.dtype = dtype_of(model_.spec->precision);
    weights.panels = find(name + ".weight", {N, K}, weights.dtype, Layout::kPanels).data;
    weights.bias = bias ? vector(name + ".bias", N) : nullptr;
    weights.N = static_cast<size_t>(N);
    weights.K = static_cast<size_t>(K);
    if (weights.dtype != DType::kI8)
        return weights;
    weights.scale = vector(name + ".weight_scale", N);
    weights.sum = vector(name + ".weight_sum", N);
    weights.smooth = has(name + ".smooth") ? vector(name + ".smooth", K) : nullptr;
    return weights;
}

NormWeights Parameters::norm(const std::string &name, int64_t C, bool bias) const
{
    return {vector(name + ".weight", C), bias ? vector(name + ".bias", C) : nullptr};
}

} // namespace sbert::encoder
