// Encoding texts for SQL functions.
#pragma once

#include <string_view>

#include "extension/functions/models.h"
#include "extension/types/dense.h"

namespace sbert {

// Embeds `n` texts, each behind `prompt`, into rows of `out`, model->dimensions wide and `stride`
// floats apart. A cancel is obeyed within a pass, other interrupts between passes. Counts the work
// in `statistics` and reports truncation.
void embed_texts(const Model *model, std::string_view prompt, const std::string_view *texts, int n,
                 float *out, size_t stride);

// One text into a new vector in the current memory context; `info` tells what became of the text.
Vector *embed_text(const Model *model, std::string_view prompt, std::string_view text,
                   encoder::TextInfo *info);

} // namespace sbert
