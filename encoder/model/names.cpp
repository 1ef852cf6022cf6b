// Names of activations and pooling modes: see names.h.
#include "encoder/model/names.h"

#include <array>

namespace sbert::encoder {

namespace {

// Indexed by the enumerator.
constexpr std::array<std::string_view, 8> kActivations = {
    "identity", "tanh", "relu", "gelu", "gelu_tanh", "quick_gelu", "silu", "sigmoid"};
constexpr std::array<std::string_view, 6> kPoolings = {
    "cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"};

static_assert(static_cast<size_t>(Activation::kSigmoid) + 1 == kActivations.size());
static_assert(static_cast<size_t>(PoolingMode::kLastToken) + 1 == kPoolings.size());

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

} // namespace sbert::encoder
