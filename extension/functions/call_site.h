// A call site of embed() or embed_sparse() remembers its last text with its prompt, and the vector
// of both.
//
// A call site is one embed() in one running statement, or in one PL/pgSQL expression of a
// transaction. Its fn_extra lives as long. So a query text that is embedded for every row of an
// ORDER BY is encoded once, although embed(text) is only STABLE.
#pragma once

#include <string_view>

#include "extension/functions/models.h"

namespace sbert {

struct CallSite {
    MemoryContext context; // holds everything that it keeps
    const Model *model;    // null while nothing is remembered
    encoder::TextInfo info;
    struct varlena *vector; // of the kind that the model gives
    size_t vector_capacity;
    char *text;           // the prompt, then the text
    size_t prompt_length; // bytes of the prompt at the beginning of `text`
    size_t length;        // bytes of both
    size_t capacity;      // a power of two, or 0
};

CallSite *call_site_of(FunctionCallInfo fcinfo);

// What the transaction remembers of the last embed() of any of its call sites. The planner
// evaluates a stable call for its estimates, each time as a new call site, and so does the start of
// a plan. Without this they would encode the text of one ORDER BY three times.
CallSite *call_site_of_transaction();

bool call_site_remembers(const CallSite *site, const Model *model, std::string_view prompt,
                         std::string_view text);

// Keeps copies in the site's memory context. Texts beyond 64 kB are not kept, because they are data
// and not queries.
void call_site_keep(CallSite *site, const Model *model, std::string_view prompt,
                    std::string_view text, const encoder::TextInfo &info,
                    const struct varlena *vector);

} // namespace sbert
