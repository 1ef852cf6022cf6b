// embed(): texts to vectors, one or many.
#include <algorithm>
#include <cstring>

#include "extension/boundary.h"
#include "extension/functions/embed.h"
#include "extension/functions/input.h"
#include "extension/functions/statistics.h"

namespace sbert {

namespace {

// Texts given to the encoder at a time: enough to fill its passes, few enough to act on an
// interrupt in between.
constexpr int kSliceTexts = 64;

// What a call site (one embed() in one running statement) remembers: its last text and that text's
// vector. The same query text, embedded for every row of an ORDER BY, is so encoded once though
// embed(text) is only STABLE.
struct CallSite {
    const Model *model;
    Vector *vector; // null before the first text
    char *text;
    size_t length;
    size_t capacity;
};

// Longer texts are not worth remembering: they are data, not queries.
constexpr size_t kRememberedBytes = 64 * 1024;

CallSite *call_site_of(FunctionCallInfo fcinfo)
{
    if (fcinfo->flinfo->fn_extra == nullptr)
        fcinfo->flinfo->fn_extra =
            MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(CallSite));
    return static_cast<CallSite *>(fcinfo->flinfo->fn_extra);
}

bool remembers(const CallSite *site, const Model *model, std::string_view text)
{
    return site->vector != nullptr && site->model == model && site->length == text.size() &&
           std::memcmp(site->text, text.data(), text.size()) == 0;
}

void remember(CallSite *site, MemoryContext context, const Model *model, std::string_view text,
              const Vector *vector)
{
    if (text.size() > kRememberedBytes)
        return;
    const MemoryContext caller = MemoryContextSwitchTo(context);
    if (site->vector == nullptr || site->vector->dim != vector->dim)
        site->vector = vector_alloc(vector->dim);
    if (site->capacity < text.size() || site->text == nullptr) {
        site->capacity = std::max<size_t>(text.size(), 256);
        site->text = static_cast<char *>(palloc(site->capacity));
    }
    MemoryContextSwitchTo(caller);
    std::memcpy(site->vector, vector, VARSIZE(vector));
    std::memcpy(site->text, text.data(), text.size());
    site->length = text.size();
    site->model = model;
}

Vector *copy_vector(const Vector *vector)
{
    Vector *copy = vector_alloc(vector->dim);
    std::memcpy(copy, vector, VARSIZE(vector));
    return copy;
}

void count(const encoder::TextInfo *info, int n, instr_time start)
{
    instr_time elapsed;
    INSTR_TIME_SET_CURRENT(elapsed);
    INSTR_TIME_SUBTRACT(elapsed, start);
    statistics.texts += n;
    statistics.milliseconds += INSTR_TIME_GET_MILLISEC(elapsed);
    for (int i = 0; i < n; i++)
        statistics.tokens += info[i].tokens;
}

} // namespace

Statistics statistics;

void embed_texts(const Model *model, const std::string_view *texts, int n, float *out)
{
    const size_t D = static_cast<size_t>(model->dimensions);
    encoder::TextInfo info[kSliceTexts];
    for (int first = 0; first < n; first += kSliceTexts) {
        const size_t slice = static_cast<size_t>(std::min(kSliceTexts, n - first));
        const encoder::StopFlag stop = stop_flag();
        instr_time start;
        INSTR_TIME_SET_CURRENT(start);
        run_cpp([&] {
            model->encoder->encode({texts + first, slice}, stop,
                                   {out + static_cast<size_t>(first) * D, slice * D},
                                   {info, slice});
        });
        count(info, static_cast<int>(slice), start);
        for (size_t i = 0; i < slice; i++)
            report_truncation(info[i], model->name);
        CHECK_FOR_INTERRUPTS();
    }
}

Vector *embed_text(const Model *model, std::string_view text)
{
    Vector *vector = vector_alloc(model->dimensions);
    embed_texts(model, &text, 1, vector->x);
    check_elements_finite(vector);
    return vector;
}

} // namespace sbert

extern "C" {

SBERT_FUNCTION(sbert_embed);
Datum sbert_embed(PG_FUNCTION_ARGS)
{
    using namespace sbert;
    const Model *model = model_arg(fcinfo, 1);
    const std::string_view input = utf8_of(PG_GETARG_TEXT_PP(0));
    CallSite *site = call_site_of(fcinfo);
    if (remembers(site, model, input)) {
        statistics.reused++;
        PG_RETURN_POINTER(copy_vector(site->vector));
    }
    Vector *vector = embed_text(model, input);
    remember(site, fcinfo->flinfo->fn_mcxt, model, input, vector);
    PG_RETURN_POINTER(vector);
}

} // extern "C"
