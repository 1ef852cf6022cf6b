// What enumerators are called in packed files, and in the published ones where they are the same.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "encoder/model/spec.h"

namespace sbert::encoder {

// The names of an enumeration, in the order of its enumerators.
constexpr auto names(Activation)
{
    return std::to_array<std::string_view>(
        {"identity", "tanh", "relu", "gelu", "gelu_tanh", "quick_gelu", "silu", "sigmoid"});
}
// Those of sentence-transformers >= 5.4.
constexpr auto names(PoolingMode)
{
    return std::to_array<std::string_view>(
        {"cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"});
}
constexpr auto names(Precision) { return std::to_array<std::string_view>({"f32", "bf16", "int8"}); }
constexpr auto names(HeadKind)
{
    return std::to_array<std::string_view>({"none", "sequence", "tokens", "sparse"});
}
constexpr auto names(ScoreFunction)
{
    return std::to_array<std::string_view>({"identity", "sigmoid", "softmax"});
}
constexpr auto names(SparsePooling) { return std::to_array<std::string_view>({"max", "sum"}); }
// Those of tokenizer.json.
constexpr auto names(Behavior)
{
    return std::to_array<std::string_view>(
        {"Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"});
}
constexpr auto names(PrependScheme)
{
    return std::to_array<std::string_view>({"first", "never", "always"});
}
constexpr auto names(UnicodeForm)
{
    return std::to_array<std::string_view>({"NFC", "NFD", "NFKC", "NFKD"});
}

template <class Enum>
std::string_view name_of(Enum value) noexcept
{
    return names(value)[static_cast<size_t>(value)];
}

template <class Enum>
std::optional<Enum> find_name(std::string_view name) noexcept
{
    const auto known = names(Enum());
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end())
        return std::nullopt;
    return static_cast<Enum>(found - known.begin());
}

// The families of encoders (import/families/), and that of word tables alone.
inline constexpr std::string_view kStaticFamily = "static";
inline constexpr auto kFamilyNames = std::to_array<std::string_view>(
    {"albert", "bert", "camembert", "distilbert", "electra", "gte", "modernbert", "mpnet", "new",
     "nomic_bert", "roberta", "xlm-roberta", kStaticFamily});

} // namespace sbert::encoder
