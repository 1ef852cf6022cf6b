// README.md of a published model: what its front matter says of the languages.
//
// Reads `language:` as model cards write it, a scalar or a list in either style, and no other YAML.
// https://huggingface.co/docs/hub/model-cards#model-card-metadata
#pragma once

#include <string_view>

#include "encoder/model/spec.h"

namespace sbert::encoder {

// `readme` may be anything. What is not is_language() (check_spec.h) is left out, and a card that
// is not understood has none. Time is linear in the text.
ModelCard read_card(std::string_view readme);

} // namespace sbert::encoder
