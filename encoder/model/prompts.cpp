#include "encoder/model/prompts.h"

#include <algorithm>
#include <optional>

#include "encoder/error.h"
#include "encoder/model/json.h"
#include "encoder/tokenizer/unicode_tables.h"
#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder {

namespace {

constexpr std::string_view kQuery = "query", kDocument = "document";
constexpr size_t kMaxListed = 20;

std::optional<std::string_view> find_named(const ModelSpec &spec, std::string_view name) noexcept
{
    const auto at = std::lower_bound(
        spec.prompts.begin(), spec.prompts.end(), name,
        [](const Prompt &prompt, std::string_view wanted) { return prompt.name < wanted; });
    if (at != spec.prompts.end() && at->name == name)
        return at->text;
    if (name == kQuery || name == kDocument)
        return std::string_view();
    return std::nullopt;
}

bool is_text_of_its_own(std::string_view wanted) noexcept
{
    constexpr uint32_t kFullwidthColon = 0xFF1A;
    const Decoded last = utf8_decode_before(wanted, wanted.size());
    if (last.length == 0)
        return false;
    return last.code == ':' || last.code == kFullwidthColon ||
           (char_properties(last.code).flags & kWhitespace) != 0;
}

std::string known_prompts_hint(const ModelSpec &spec)
{
    std::string list;
    for (size_t i = 0; i < spec.prompts.size() && i <= kMaxListed; i++)
        list += (i != 0 ? ", " : "") + (i == kMaxListed ? "..." : in_quotes(spec.prompts[i].name));
    return (list.empty() ? "The model has no prompts" : "The model's prompts are " + list) +
           "; a text of your own ends in a colon or white space.";
}

} // namespace

std::string_view default_prompt(const ModelSpec &spec) noexcept
{
    return spec.default_prompt.empty()
               ? std::string_view()
               : find_named(spec, spec.default_prompt).value_or(std::string_view());
}

std::string_view query_prompt(const ModelSpec &spec) noexcept { return *find_named(spec, kQuery); }

std::string_view document_prompt(const ModelSpec &spec) noexcept
{
    for (const std::string_view name :
         {kDocument, std::string_view("passage"), std::string_view("corpus")})
        if (const auto text = find_named(spec, name); text && !text->empty())
            return *text;
    return {};
}

std::string_view find_prompt(const ModelSpec &spec, std::string_view wanted,
                             const std::string &model)
{
    if (wanted.empty())
        return wanted;
    if (const auto text = find_named(spec, wanted))
        return *text;
    if (is_text_of_its_own(wanted))
        return wanted;
    throw Error(ErrorCode::kPromptUnknown,
                "model \"" + model + "\" has no prompt " + in_quotes(wanted) + "",
                known_prompts_hint(spec));
}

} // namespace sbert::encoder
