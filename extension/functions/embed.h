// Encoding texts for SQL functions.
#pragma once

#include <string_view>

#include "extension/functions/models.h"
#include "extension/types/vector.h"

namespace sbert {

// Embeds `count` texts into rows of `out` (count, model->dimensions). Interruptible between and
// within slices; counts the work in `statistics` and reports truncation.
void embed_texts(const Model *model, const std::string_view *texts, int count, float *out);

// One text into a new vector in the current memory context.
Vector *embed_text(const Model *model, std::string_view text);

} // namespace sbert
