// README.md of a published model: what its front matter says of the languages.
//
// Reads `language:` as model cards write it, a scalar or a list in either style, and no other YAML.
// https://huggingface.co/docs/hub/model-cards#model-card-metadata
#pragma once

#include <string_view>

#include "encoder/model/spec.h"

namespace sbert::encoder {

inline constexpr size_t kMaxLanguages = 1000;
inline constexpr size_t kMaxLanguageBytes = 64;

// `readme` may be anything. What is not a language's code or name (letters, digits, hyphens,
// underscores and single spaces within, ASCII) is left out; a card that is not understood has none.
// Time is linear in the text.
ModelCard read_card(std::string_view readme);

// Whether read_card() could have given it.
bool is_language(std::string_view text) noexcept;

} // namespace sbert::encoder
