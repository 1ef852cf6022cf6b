// Whether a ModelSpec can be run: the one place that judges it, read from a published directory or
// from a packed file.
#pragma once

#include <string>
#include <string_view>

#include "encoder/model/spec.h"

namespace sbert::encoder {

inline constexpr size_t kMaxLanguages = 1000; // of a card
inline constexpr size_t kMaxLanguageBytes = 64;

// Throws Error(kModelInvalid) naming `source` unless the spec can be run: a family that is known,
// sizes positive and within limits, heads divide the width, exactly one pooling, widths that agree
// from the transformer to the end, no name twice, every token id below the rows of the word table,
// limits within the position table, prompts in UTF-8 within the limits of prompts.h, the default
// one among them.
void check_spec(const ModelSpec &spec, const std::string &source);

// The same for what a card tells: within the limits, every language is_language().
void check_card(const ModelCard &card, const std::string &source);

// A language's code or name: letters, digits, hyphens, underscores and single spaces within, ASCII.
bool is_language(std::string_view text) noexcept;

} // namespace sbert::encoder
