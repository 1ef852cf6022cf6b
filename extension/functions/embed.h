// Encodes texts for SQL functions.
#pragma once

#include <string_view>

#include "extension/functions/call_site.h"
#include "extension/functions/models.h"
#include "extension/types/dense.h"

namespace sbert {

// Embeds `n` texts, each with `prompt` in front, into rows of `out`, which are model->dimensions
// wide and `stride` floats apart. A cancel ends it within a pass. Other interrupts are served
// between passes. Counts the work in `statistics` and reports truncation.
void embed_texts(const Model *model, std::string_view prompt, const std::string_view *texts, int n,
                 float *out, size_t stride);

// Embeds one text into a new vector in the current memory context. `info` returns its tokens and
// whether it was truncated.
Vector *embed_text(const Model *model, std::string_view prompt, std::string_view text,
                   encoder::TextInfo *info);

// The vector of a call's text. If `site` or the transaction remembers it, it is not encoded again.
// Both remember it afterwards. It may belong to the call site, so it is valid until the next call.
const Vector *embed_remembered(CallSite *site, const Model *model, std::string_view prompt,
                               std::string_view text);

// What this backend has encoded so far.
struct Statistics {
    int64 texts;         // texts that were encoded
    int64 tokens;        // tokens of these texts
    int64 reused;        // calls that a call site or the transaction remembered
    double milliseconds; // time in the encoder
};
extern Statistics statistics;

double milliseconds_since(instr_time start);

} // namespace sbert
