// Names of activations, pooling modes and precisions in packed files, and in the published ones
// where they are the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "encoder/model/spec.h"

namespace sbert::encoder {

// "identity", "tanh", "relu", "gelu", "gelu_tanh", "quick_gelu", "silu", "sigmoid".
std::string_view activation_name(Activation activation) noexcept;
std::optional<Activation> find_activation(std::string_view name) noexcept;

// "cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken": those of
// sentence-transformers >= 5.4.
std::string_view pooling_name(PoolingMode mode) noexcept;
std::optional<PoolingMode> find_pooling(std::string_view name) noexcept;

// "f32", "bf16", "int8".
std::string_view precision_name(Precision precision) noexcept;
std::optional<Precision> find_precision(std::string_view name) noexcept;

} // namespace sbert::encoder
