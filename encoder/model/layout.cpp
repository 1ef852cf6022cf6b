#include "encoder/model/layout.h"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "encoder/kernels/linear.h"
#include "encoder/kernels/linear_bf16.h"
#include "encoder/kernels/linear_int8.h"

namespace sbert::encoder {

namespace {

using kernels::Bf16;
using kernels::kPanelWidth;

size_t extent(const Tensor &tensor, size_t i) { return static_cast<size_t>(tensor.shape[i]); }

// K with the zeros behind it: panels hold one, two or four k of a column side by side.
template <class Element>
constexpr size_t padded_width(size_t K)
{
    constexpr size_t group = 4 / sizeof(Element);
    return (K + group - 1) / group * group;
}

// Place of element (n, k), also of the padding.
template <class Element>
constexpr size_t panel_index(size_t K, size_t n, size_t k)
{
    if constexpr (std::is_same_v<Element, float>)
        return n / kPanelWidth * kPanelWidth * K + k * kPanelWidth + n % kPanelWidth;
    else if constexpr (std::is_same_v<Element, Bf16>)
        return kernels::index_bf16(K, n, k);
    else
        return kernels::index_int8(K, n, k);
}

// Calls `visit` with an element of the type, whose value means nothing.
template <class Visit>
auto with_element(DType dtype, Visit visit)
{
    switch (dtype) {
    case DType::kBf16:
        return visit(Bf16{});
    case DType::kI8:
        return visit(int8_t{});
    case DType::kF32:
        break;
    }
    return visit(float{});
}

uint64_t panel_elements(DType dtype, size_t N, size_t K)
{
    return with_element(dtype, [&](auto element) -> uint64_t {
        return kernels::panel_count(N) * kPanelWidth * padded_width<decltype(element)>(K);
    });
}

template <class Element>
bool zero_between(const Tensor &tensor, size_t n, size_t first_k, size_t end_k)
{
    for (size_t k = first_k; k < end_k; k++) {
        Element value;
        std::memcpy(&value,
                    static_cast<const Element *>(tensor.data) +
                        panel_index<Element>(extent(tensor, 1), n, k),
                    sizeof value);
        constexpr Element kZero{};
        if (std::memcmp(&value, &kZero, sizeof value) != 0) // -0.0 was not written either
            return false;
    }
    return true;
}

} // namespace

size_t dtype_bytes(DType dtype)
{
    return with_element(dtype, [](auto element) { return sizeof element; });
}

uint64_t layout_bytes(const std::vector<int64_t> &shape, DType dtype, Layout layout)
{
    if (layout == Layout::kPanels)
        return dtype_bytes(dtype) *
               panel_elements(dtype, static_cast<size_t>(shape[0]), static_cast<size_t>(shape[1]));
    uint64_t bytes = dtype_bytes(dtype);
    for (int64_t extent : shape)
        bytes *= static_cast<uint64_t>(extent);
    return bytes;
}

int64_t row_count(const Tensor &tensor) { return tensor.shape.size() == 2 ? tensor.shape[0] : 1; }

size_t row_bytes(const Tensor &tensor)
{
    if (tensor.shape.size() == 2)
        return extent(tensor, 1) * dtype_bytes(tensor.dtype);
    return layout_bytes(tensor.shape, tensor.dtype, Layout::kRows);
}

void copy_row(const Tensor &tensor, int64_t i, void *out)
{
    const auto row = static_cast<size_t>(i);
    if (tensor.layout == Layout::kRows) {
        const size_t bytes = row_bytes(tensor);
        std::memcpy(out, static_cast<const std::byte *>(tensor.data) + row * bytes, bytes);
        return;
    }
    with_element(tensor.dtype, [&](auto element) {
        using Element = decltype(element);
        const size_t K = extent(tensor, 1);
        for (size_t k = 0; k < K; k++)
            static_cast<Element *>(out)[k] =
                static_cast<const Element *>(tensor.data)[panel_index<Element>(K, row, k)];
    });
}

bool padding_is_zero(const Tensor &tensor)
{
    if (tensor.layout == Layout::kRows)
        return true;
    return with_element(tensor.dtype, [&](auto element) {
        using Element = decltype(element);
        const size_t N = extent(tensor, 0), K = extent(tensor, 1);
        const size_t padded = padded_width<Element>(K);
        for (size_t n = 0; n < kernels::panel_count(N) * kPanelWidth; n++)
            if (!zero_between<Element>(tensor, n, n < N ? K : 0, padded))
                return false;
        return true;
    });
}

std::vector<std::byte> to_panels(const void *rows, size_t N, size_t K, DType dtype)
{
    std::vector<std::byte> panels(dtype_bytes(dtype) * panel_elements(dtype, N, K));
    with_element(dtype, [&](auto element) {
        using Element = decltype(element);
        const auto *from = static_cast<const Element *>(rows);
        auto *to = reinterpret_cast<Element *>(panels.data());
        for (size_t n = 0; n < N; n++)
            for (size_t k = 0; k < K; k++)
                to[panel_index<Element>(K, n, k)] = from[n * K + k];
    });
    return panels;
}

} // namespace sbert::encoder
