// The prompt of an SQL call, which is put in front of its texts (encoder/model/prompts.h).
#pragma once

#include <string_view>

#include "extension/functions/models.h"

namespace sbert {

// The prompt of a call that names none.
std::string_view prompt_default(const Model *model);

// The prompt that `wanted` stands for: a name of a prompt of the model, or a text to use itself. It
// is in memory of the model or of the current context. Raises an SQL error for anything else.
std::string_view prompt_named(const Model *model, text *wanted);

// The prompt that `wanted` stands for, or the default one if it is null.
std::string_view prompt_of(const Model *model, const char *wanted);

// The prompt of an SQL function whose optional argument `n` names it, or the model's default
// prompt.
std::string_view prompt_arg(FunctionCallInfo fcinfo, int n, const Model *model);

} // namespace sbert
