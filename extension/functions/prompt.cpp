#include "extension/functions/prompt.h"

#include "encoder/model/prompts.h"
#include "extension/boundary.h"
#include "extension/functions/input.h"

namespace sbert {

std::string_view prompt_default(const Model *model)
{
    return encoder::default_prompt(model->encoder->spec());
}

std::string_view prompt_named(const Model *model, text *wanted)
{
    const std::string_view utf8 = utf8_of(wanted);
    std::string_view prompt;
    run_cpp([&] { prompt = encoder::find_prompt(model->encoder->spec(), utf8, model->name); });
    return prompt;
}

std::string_view prompt_of(const Model *model, const char *wanted)
{
    return wanted == nullptr ? prompt_default(model) : prompt_named(model, cstring_to_text(wanted));
}

std::string_view prompt_arg(FunctionCallInfo fcinfo, int n, const Model *model)
{
    if (PG_NARGS() <= n)
        return prompt_default(model);
    return prompt_named(model, PG_GETARG_TEXT_PP(n));
}

} // namespace sbert
