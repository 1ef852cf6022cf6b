#include <algorithm>
#include <bit>
#include <cstring>

#include "extension/functions/call_site.h"

namespace sbert {

namespace {

constexpr size_t kRememberedBytes = 64 * 1024;

CallSite *create(MemoryContext context)
{
    auto *site = static_cast<CallSite *>(MemoryContextAllocZero(context, sizeof(CallSite)));
    site->context = context;
    return site;
}

// Makes room. If an allocation fails, the call site stays consistent.
void reserve(CallSite *site, size_t length, const Vector *vector)
{
    site->model = nullptr;
    if (site->capacity < length || site->capacity == 0) {
        const size_t capacity = std::bit_ceil(std::max<size_t>(length, 256));
        auto *room = static_cast<char *>(MemoryContextAlloc(site->context, capacity));
        if (site->text != nullptr)
            pfree(site->text);
        site->text = room;
        site->capacity = capacity;
    }
    if (site->vector == nullptr || site->vector->dim != vector->dim) {
        auto *room = static_cast<Vector *>(MemoryContextAlloc(site->context, VARSIZE(vector)));
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
        fcinfo->flinfo->fn_extra = create(fcinfo->flinfo->fn_mcxt);
    return static_cast<CallSite *>(fcinfo->flinfo->fn_extra);
}

CallSite *call_site_of_transaction()
{
    // It is allocated in the transaction's memory, and freed with it.
    static CallSite *site;
    static LocalTransactionId transaction = InvalidLocalTransactionId;
    if (transaction != local_transaction_id()) {
        transaction = InvalidLocalTransactionId;
        site = create(TopTransactionContext);
        transaction = local_transaction_id();
    }
    return site;
}

bool call_site_remembers(const CallSite *site, const Model *model, std::string_view prompt,
                         std::string_view text)
{
    return site->model == model && site->prompt_length == prompt.size() &&
           site->length == prompt.size() + text.size() &&
           std::equal(prompt.begin(), prompt.end(), site->text) &&
           std::equal(text.begin(), text.end(), site->text + prompt.size());
}

void call_site_keep(CallSite *site, const Model *model, std::string_view prompt,
                    std::string_view text, const encoder::TextInfo &info, const Vector *vector)
{
    const size_t length = prompt.size() + text.size();
    if (length > kRememberedBytes)
        return;
    reserve(site, length, vector);
    std::memcpy(site->vector, vector, VARSIZE(vector));
    std::copy(prompt.begin(), prompt.end(), site->text);
    std::copy(text.begin(), text.end(), site->text + prompt.size());
    site->prompt_length = prompt.size();
    site->length = length;
    site->info = info;
    site->model = model;
}

} // namespace sbert
