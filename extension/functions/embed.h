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

// Encodes one text into a new value in the current memory context, and reports truncation.
using EmbedText = struct varlena *(*)(const Model *model, std::string_view prompt,
                                      std::string_view text, encoder::TextInfo *info);

// The value of a call's text. If `site` or the transaction remembers it, it is not encoded again.
// Both remember it afterwards. It may belong to the call site, so it is valid until the next call.
const struct varlena *embed_remembered(CallSite *site, const Model *model, std::string_view prompt,
                                       std::string_view text, EmbedText embed);

// The same for the vector of a model that gives dense ones.
const Vector *vector_remembered(CallSite *site, const Model *model, std::string_view prompt,
                                std::string_view text);

// The common part of SQL functions: the value of the first argument, from its call site or encoded.
Datum embed_call(FunctionCallInfo fcinfo, const Model *model, std::string_view prompt,
                 EmbedText embed);

// What this backend has encoded so far.
struct Statistics {
    int64 texts;         // texts that were encoded
    int64 tokens;        // tokens of these texts
    int64 reused;        // calls that a call site or the transaction remembered
    double milliseconds; // time in the encoder
};
extern Statistics statistics;

// Adds texts that were encoded since `start`.
void statistics_add(const encoder::TextInfo *info, int n, instr_time start);

double milliseconds_since(instr_time start);

} // namespace sbert
