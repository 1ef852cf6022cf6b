// The naive activations, in double, with which the tests compare activation.cpp.
#include <algorithm>
#include <cmath>

#include "encoder/kernels/activation.h"

namespace sbert::kernels {

namespace {

template <class Function>
void for_each(float *x, size_t n, Function function) noexcept
{
    for (size_t i = 0; i < n; i++)
        x[i] = static_cast<float>(function(static_cast<double>(x[i])));
}

double sigmoid_of(double v) { return 1.0 / (1.0 + std::exp(-v)); }

} // namespace

void gelu_reference(float *x, size_t n) noexcept
{
    for_each(x, n, [](double v) { return v * 0.5 * (1.0 + std::erf(v / std::sqrt(2.0))); });
}

void gelu_tanh_reference(float *x, size_t n) noexcept
{
    for_each(x, n, [](double v) {
        return 0.5 * v * (1.0 + std::tanh(std::sqrt(2.0 / M_PI) * (v + 0.044715 * v * v * v)));
    });
}

void quick_gelu_reference(float *x, size_t n) noexcept
{
    for_each(x, n, [](double v) { return v * sigmoid_of(1.702 * v); });
}

void silu_reference(float *x, size_t n) noexcept
{
    for_each(x, n, [](double v) { return v * sigmoid_of(v); });
}

void relu_reference(float *x, size_t n) noexcept
{
    for_each(x, n, [](double v) { return std::max(v, 0.0); });
}

void tanh_reference(float *x, size_t n) noexcept
{
    for_each(x, n, [](double v) { return std::tanh(v); });
}

void sigmoid_reference(float *x, size_t n) noexcept { for_each(x, n, sigmoid_of); }

} // namespace sbert::kernels
