// Tensor look-up by name, layout and shape.
#include "encoder/nn/parameters.h"

#include "encoder/error.h"

namespace sbert::encoder {

const Tensor &Parameters::find(const std::string &name, const std::vector<int64_t> &shape,
                               Layout layout) const
{
    for (const Tensor &tensor : *model_.tensors) {
        if (tensor.name != name)
            continue;
        if (tensor.shape != shape || tensor.layout != layout)
            throw Error(ErrorCode::kModelInvalid,
                        "tensor \"" + name + "\" has an unexpected shape or layout");
        return tensor;
    }
    throw Error(ErrorCode::kModelInvalid, "tensor \"" + name + "\" is missing");
}

const float *Parameters::table(const std::string &name, int64_t rows, int64_t columns) const
{
    return static_cast<const float *>(find(name, {rows, columns}, Layout::kRows).data);
}

const float *Parameters::vector(const std::string &name, int64_t n) const
{
    return static_cast<const float *>(find(name, {n}, Layout::kRows).data);
}

LinearWeights Parameters::linear(const std::string &name, int64_t N, int64_t K, bool bias) const
{
    LinearWeights weights;
    const Tensor &tensor = find(name + ".weight", {N, K}, Layout::kPanels);
    weights.panels = static_cast<const float *>(tensor.data);
    weights.bias = bias ? vector(name + ".bias", N) : nullptr;
    weights.N = static_cast<size_t>(N);
    weights.K = static_cast<size_t>(K);
    return weights;
}

NormWeights Parameters::norm(const std::string &name, int64_t C) const
{
    return {vector(name + ".weight", C), vector(name + ".bias", C)};
}

} // namespace sbert::encoder
