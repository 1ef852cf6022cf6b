// The prompts of a model: which text stands in front of the text.
// https://sbert.net/examples/sentence_transformer/applications/computing-embeddings/README.html#prompt-templates
//
// The views that are handed out look into the spec or into `wanted`. They are UTF-8; empty is no
// prompt. Nothing here allocates but for an error.
#pragma once

#include <string>
#include <string_view>

#include "encoder/model/spec.h"

namespace sbert::encoder {

inline constexpr size_t kMaxPrompts = 1000;
inline constexpr size_t kMaxPromptName = 256;       // bytes
inline constexpr size_t kMaxPromptText = 16 * 1024; // bytes

// That of a text for which nothing is asked.
std::string_view default_prompt(const ModelSpec &spec) noexcept;

// That of a query: named "query". The default one never stands in for it.
std::string_view query_prompt(const ModelSpec &spec) noexcept;

// That of a text to be found: the first with a text of "document", "passage" and "corpus". The
// default one never stands in for it.
std::string_view document_prompt(const ModelSpec &spec) noexcept;

// What is asked for: the name of one of the model's ("query" and "document" are there in every
// model), else a text of one's own, known by its end: a colon (U+003A, U+FF1A) or white space.
// Empty is none at all, not even the default one. Throws Error(kPromptUnknown) naming `model`; its
// hint lists what there is.
std::string_view find_prompt(const ModelSpec &spec, std::string_view wanted,
                             const std::string &model);

} // namespace sbert::encoder
