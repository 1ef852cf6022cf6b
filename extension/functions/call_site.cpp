// The memory of a call site.
#include <algorithm>
#include <bit>
#include <cstring>

#include "extension/functions/call_site.h"

namespace sbert {

namespace {

constexpr size_t kRememberedBytes = 64 * 1024;

// Makes room in `context`. Whichever allocation fails, the call site is left with what it says.
void reserve(CallSite *site, MemoryContext context, size_t length, const Vector *vector)
{
    site->model = nullptr;
    if (site->capacity < length || site->capacity == 0) {
        const size_t capacity = std::bit_ceil(std::max<size_t>(length, 256));
        auto *room = static_cast<char *>(MemoryContextAlloc(context, capacity));
        if (site->text != nullptr)
            pfree(site->text);
        site->text = room;
        site->capacity = capacity;
    }
    if (site->vector == nullptr || site->vector->dim != vector->dim) {
        auto *room = static_cast<Vector *>(MemoryContextAlloc(context, VARSIZE(vector)));
        if (site->vector != nullptr)
            pfree(site->vector);
        site->vector = room;
        site->vector->dim = vector->dim;
    }
}

} // namespace

CallSite *call_site_of(FunctionCallInfo fcinfo)
{
    if (fcinfo->flinfo->fn_extra == nullptr)
        fcinfo->flinfo->fn_extra =
            MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(CallSite));
    return static_cast<CallSite *>(fcinfo->flinfo->fn_extra);
}

bool call_site_remembers(const CallSite *site, const Model *model, std::string_view text)
{
    return site->model == model && site->length == text.size() &&
           std::memcmp(site->text, text.data(), text.size()) == 0;
}

void call_site_keep(CallSite *site, FunctionCallInfo fcinfo, const Model *model,
                    std::string_view text, const encoder::TextInfo &info, const Vector *vector)
{
    if (text.size() > kRememberedBytes)
        return;
    reserve(site, fcinfo->flinfo->fn_mcxt, text.size(), vector);
    std::memcpy(site->vector, vector, VARSIZE(vector));
    std::memcpy(site->text, text.data(), text.size());
    site->length = text.size();
    site->info = info;
    site->model = model;
}

} // namespace sbert
