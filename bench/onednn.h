// The calls in which oneDNN 2 (Debian 12) and oneDNN 3 (Debian 13) differ.
#pragma once

#include <unordered_map>

#include <dnnl.hpp>

// oneDNN's choice for x (rows, K) times w (K, N). An empty `bias` stands for none.
inline dnnl::matmul::primitive_desc
chosen_matmul(const dnnl::engine &engine, const dnnl::memory::desc &x, const dnnl::memory::desc &w,
              const dnnl::memory::desc &bias, const dnnl::memory::desc &y,
              const dnnl::primitive_attr &attributes = {})
{
#if DNNL_VERSION_MAJOR >= 3
    return {engine, x, w, bias, y, attributes};
#else
    return {{x, w, bias, y}, attributes, engine};
#endif
}

// Sums are multiplied by `scale`. What execute() must get for it beside the product's own
// arguments: since version 3 the factor is data.
inline std::unordered_map<int, dnnl::memory>
scale_weights(const dnnl::engine &engine, dnnl::primitive_attr &attributes, float scale)
{
#if DNNL_VERSION_MAJOR >= 3
    attributes.set_scales_mask(DNNL_ARG_WEIGHTS, 0);
    const dnnl::memory::desc one({1}, dnnl::memory::data_type::f32, dnnl::memory::format_tag::a);
    dnnl::memory factor(one, engine);
    *static_cast<float *>(factor.get_data_handle()) = scale;
    return {{DNNL_ARG_ATTR_SCALES | DNNL_ARG_WEIGHTS, factor}};
#else
    static_cast<void>(engine);
    attributes.set_output_scales(0, {scale});
    return {};
#endif
}
