// Encoding texts for SQL functions.
#pragma once

#include <string_view>

#include "extension/functions/call_site.h"
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

// The vector of a call's text: what `site` or else the transaction remembers of its last one, else
// encoded; kept by both. To be read until the next call; it may be the call site's own.
const Vector *embed_remembered(CallSite *site, const Model *model, std::string_view prompt,
                               std::string_view text);

} // namespace sbert
