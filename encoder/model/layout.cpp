// Panels and rows: see layout.h.
#include "encoder/model/layout.h"

#include <algorithm>
#include <bit>
#include <map>
#include <string>

#include "encoder/kernels/linear.h"
#include "encoder/model/required_tensors.h"

namespace sbert::encoder {

namespace {

using kernels::kPanelWidth;

size_t extent(const Tensor &tensor, size_t i) { return static_cast<size_t>(tensor.shape[i]); }

// Address of element (row, 0); element (row, k) is k * kPanelWidth floats further.
const float *panel_row(const Tensor &tensor, size_t row)
{
    return static_cast<const float *>(tensor.data) +
           row / kPanelWidth * kPanelWidth * extent(tensor, 1) + row % kPanelWidth;
}

} // namespace

uint64_t layout_bytes(const std::vector<int64_t> &shape, Layout layout)
{
    if (layout == Layout::kPanels)
        return sizeof(float) *
               kernels::packed_floats(static_cast<size_t>(shape[0]), static_cast<size_t>(shape[1]));
    uint64_t bytes = sizeof(float);
    for (int64_t extent : shape)
        bytes *= static_cast<uint64_t>(extent);
    return bytes;
}

int64_t row_count(const Tensor &tensor) { return tensor.shape.size() == 2 ? tensor.shape[0] : 1; }

int64_t row_width(const Tensor &tensor)
{
    return tensor.shape.size() == 2
               ? tensor.shape[1]
               : static_cast<int64_t>(layout_bytes(tensor.shape, Layout::kRows) / sizeof(float));
}

void copy_row(const Tensor &tensor, int64_t i, float *out)
{
    const auto width = static_cast<size_t>(row_width(tensor)), row = static_cast<size_t>(i);
    if (tensor.layout == Layout::kRows) {
        std::copy_n(static_cast<const float *>(tensor.data) + row * width, width, out);
        return;
    }
    const float *value = panel_row(tensor, row);
    for (size_t k = 0; k < width; k++, value += kPanelWidth)
        out[k] = *value;
}

bool padding_is_zero(const Tensor &tensor)
{
    if (tensor.layout == Layout::kRows)
        return true;
    const size_t N = extent(tensor, 0), K = extent(tensor, 1);
    for (size_t row = N; row % kPanelWidth != 0; row++) {
        const float *value = panel_row(tensor, row);
        for (size_t k = 0; k < K; k++)
            if (std::bit_cast<uint32_t>(value[k * kPanelWidth]) != 0) // -0.0 was not written either
                return false;
    }
    return true;
}

PackedTensors::PackedTensors(const ModelSpec &spec, const std::vector<Tensor> &published)
    : tensors_(published)
{
    std::map<std::string, Layout> layouts;
    for (const TensorSpec &needed : required_tensors(spec))
        layouts[needed.name] = needed.layout;
    for (Tensor &tensor : tensors_) {
        if (layouts.at(tensor.name) == Layout::kRows)
            continue;
        const size_t N = extent(tensor, 0), K = extent(tensor, 1);
        std::vector<float> &panels = panels_.emplace_back(kernels::packed_floats(N, K));
        kernels::pack_panels(static_cast<const float *>(tensor.data), K, N, K, panels.data());
        tensor.layout = Layout::kPanels;
        tensor.data = panels.data();
        tensor.bytes = panels.size() * sizeof(float);
    }
}

} // namespace sbert::encoder
