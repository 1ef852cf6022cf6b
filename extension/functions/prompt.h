// The prompt of an SQL call: what stands in front of its texts (encoder/model/prompts.h).
#pragma once

#include <string_view>

#include "extension/functions/models.h"

namespace sbert {

// That of a call which asks for none.
std::string_view prompt_default(const Model *model);

// The one that `wanted` means to the model: a name or a text of its own. In memory of the model or
// of the current context. Raises an SQL error for anything else.
std::string_view prompt_named(const Model *model, text *wanted);

// The prompt of an SQL function whose optional argument `n` names it; the model's default one where
// it has none.
std::string_view prompt_arg(FunctionCallInfo fcinfo, int n, const Model *model);

} // namespace sbert
