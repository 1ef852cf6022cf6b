// Names of activations, pooling modes and precisions: see names.h.
#include "encoder/model/names.h"

#include <array>

namespace sbert::encoder {

namespace {

// Indexed by the enumerator.
constexpr std::array<std::string_view, 8> kActivations = {
    "identity", "tanh", "relu", "gelu", "gelu_tanh", "quick_gelu", "silu", "sigmoid"};
constexpr std::array<std::string_view, 6> kPoolings = {
    "cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"};
constexpr std::array<std::string_view, 3> kPrecisions = {"f32", "bf16", "int8"};

static_assert(static_cast<size_t>(Activation::kSigmoid) + 1 == kActivations.size());
static_assert(static_cast<size_t>(PoolingMode::kLastToken) + 1 == kPoolings.size());
static_assert(static_cast<size_t>(Precision::kInt8) + 1 == kPrecisions.size());

template <class Enum, size_t N>
std::optional<Enum> find_name(const std::array<std::string_view, N> &names, std::string_view name)
{
    for (size_t i = 0; i < N; ++i) {
        if (names[i] == name)
            return static_cast<Enum>(i);
    }
    return std::nullopt;
}

} // namespace

std::string_view activation_name(Activation activation) noexcept
{
    return kActivations[static_cast<size_t>(activation)];
}

std::optional<Activation> find_activation(std::string_view name) noexcept
{
    return find_name<Activation>(kActivations, name);
}

std::string_view pooling_name(PoolingMode mode) noexcept
{
    return kPoolings[static_cast<size_t>(mode)];
}

std::optional<PoolingMode> find_pooling(std::string_view name) noexcept
{
    return find_name<PoolingMode>(kPoolings, name);
}

std::string_view precision_name(Precision precision) noexcept
{
    return kPrecisions[static_cast<size_t>(precision)];
}

std::optional<Precision> find_precision(std::string_view name) noexcept
{
    return find_name<Precision>(kPrecisions, name);
}

} // namespace sbert::encoder
