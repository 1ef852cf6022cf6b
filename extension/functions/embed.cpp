// embed(), embed_query() and embed_document() turn texts into vectors.
#include <algorithm>
#include <cstring>

#include "encoder/model/prompts.h"
#include "extension/activity.h"
#include "extension/boundary.h"
#include "extension/functions/embed.h"
#include "extension/functions/input.h"
#include "extension/functions/prompt.h"
#include "extension/functions/text_array.h"
#include "extension/guc.h"

namespace sbert {

namespace {

// Encodes some of `n` texts, from the first, and returns how many.
int embed_some(const Model *model, std::string_view prompt, const std::string_view *texts, int n,
               float *out, size_t stride, encoder::TextInfo *info)
{
    const encoder::StopFlag stop = stop_flag();
    const size_t memory = encode_mem();
    const size_t count = static_cast<size_t>(n);
    size_t done = 0;
    instr_time start;
    INSTR_TIME_SET_CURRENT(start);
    run_cpp([&] {
        model->encoder->set_memory(memory);
        done = model->encoder->encode({texts, count}, prompt, stop, out, stride, {info, count});
    });
    statistics_add(info, static_cast<int>(done), start);
    return static_cast<int>(done);
}

} // namespace

Statistics statistics;

void statistics_add(const encoder::TextInfo *info, int n, instr_time start)
{
    statistics.texts += n;
    statistics.milliseconds += milliseconds_since(start);
    int64 tokens = 0;
    for (int i = 0; i < n; i++)
        tokens += info[i].tokens;
    statistics.tokens += tokens;
    activity_embedded(n, tokens);
}

double milliseconds_since(instr_time start)
{
    instr_time elapsed;
    INSTR_TIME_SET_CURRENT(elapsed);
    INSTR_TIME_SUBTRACT(elapsed, start);
    return INSTR_TIME_GET_MILLISEC(elapsed);
}

void embed_texts(const Model *model, std::string_view prompt, const std::string_view *texts, int n,
                 float *out, size_t stride)
{
    encoder::TextInfo info[kSliceTexts];
    for (int first = 0; first < n;) {
        const int done = embed_some(model, prompt, texts + first, std::min(kSliceTexts, n - first),
                                    out + static_cast<size_t>(first) * stride, stride, info);
        for (int i = 0; i < done; i++)
            report_truncation(info[i], model->name);
        first += done;
        CHECK_FOR_INTERRUPTS();
    }
}

Vector *embed_text(const Model *model, std::string_view prompt, std::string_view text,
                   encoder::TextInfo *info)
{
    Vector *vector = vector_alloc(model->dimensions);
    embed_some(model, prompt, &text, 1, vector->x, static_cast<size_t>(model->dimensions), info);
    report_truncation(*info, model->name);
    return vector;
}

static struct varlena *embed_dense(const Model *model, std::string_view prompt,
                                   std::string_view text, encoder::TextInfo *info)
{
    return reinterpret_cast<struct varlena *>(embed_text(model, prompt, text, info));
}

const struct varlena *embed_remembered(CallSite *site, const Model *model, std::string_view prompt,
                                       std::string_view text, EmbedText embed)
{
    CallSite *last = call_site_of_transaction();
    if (!call_site_remembers(site, model, prompt, text)) {
        if (!call_site_remembers(last, model, prompt, text)) {
            encoder::TextInfo info;
            const struct varlena *vector = embed(model, prompt, text, &info);
            call_site_keep(site, model, prompt, text, info, vector);
            call_site_keep(last, model, prompt, text, info, vector);
            return vector;
        }
        call_site_keep(site, model, prompt, text, last->info, last->vector);
    }
    statistics.reused++;
    // It is reported again, because the setting may have changed meanwhile.
    report_truncation(site->info, model->name);
    return site->vector;
}

const Vector *vector_remembered(CallSite *site, const Model *model, std::string_view prompt,
                                std::string_view text)
{
    return reinterpret_cast<const Vector *>(
        embed_remembered(site, model, prompt, text, embed_dense));
}

static struct varlena *copy_of(const struct varlena *vector)
{
    auto *copy = static_cast<struct varlena *>(palloc(VARSIZE(vector)));
    std::memcpy(copy, vector, VARSIZE(vector));
    return copy;
}

Datum embed_call(FunctionCallInfo fcinfo, const Model *model, std::string_view prompt,
                 EmbedText embed)
{
    const std::string_view input = utf8_of(PG_GETARG_TEXT_PP(0));
    CallSite *site = call_site_of(fcinfo);
    const struct varlena *vector = embed_remembered(site, model, prompt, input, embed);
    PG_RETURN_POINTER(vector == site->vector ? copy_of(vector) : vector);
}

SBERT_FUNCTION(sbert_embed)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kVector);
    return embed_call(fcinfo, model, prompt_arg(fcinfo, 2, model), embed_dense);
}

SBERT_FUNCTION(sbert_embed_query)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kVector);
    return embed_call(fcinfo, model, encoder::query_prompt(model->encoder->spec()), embed_dense);
}

SBERT_FUNCTION(sbert_embed_document)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kVector);
    return embed_call(fcinfo, model, encoder::document_prompt(model->encoder->spec()), embed_dense);
}

} // namespace sbert
