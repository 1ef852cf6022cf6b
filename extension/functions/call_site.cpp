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

// Makes room of `bytes` for one of the site's copies, in a power of two.
template <class T>
void reserve(CallSite *site, T **place, size_t *capacity, size_t bytes)
{
    if (bytes <= *capacity && *place != nullptr)
        return;
    const size_t more = std::bit_ceil(std::max<size_t>(bytes, 256));
    auto *room = static_cast<T *>(MemoryContextAlloc(site->context, more));
    if (*place != nullptr)
        pfree(*place);
    *place = room;
    *capacity = more;
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
                    std::string_view text, const encoder::TextInfo &info,
                    const struct varlena *vector)
{
    const size_t length = prompt.size() + text.size();
    if (length > kRememberedBytes)
        return;
    // If an allocation fails, the site remembers nothing.
    site->model = nullptr;
    reserve(site, &site->text, &site->capacity, length);
    reserve(site, &site->vector, &site->vector_capacity, VARSIZE(vector));
    std::memcpy(site->vector, vector, VARSIZE(vector));
    std::copy(prompt.begin(), prompt.end(), site->text);
    std::copy(text.begin(), text.end(), site->text + prompt.size());
    site->prompt_length = prompt.size();
    site->length = length;
    site->info = info;
    site->model = model;
}

} // namespace sbert
