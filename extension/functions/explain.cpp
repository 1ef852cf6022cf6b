// sbert.explain() shows how one text is encoded, and sbert.session_statistics() counts what this
// session has encoded.
#include "extension/boundary.h"
#include "extension/functions/embed.h"
#include "extension/functions/input.h"
#include "extension/functions/json_object.h"
#include "extension/functions/prompt.h"
#include "extension/functions/set.h"

namespace sbert {

namespace {

struct Explanation {
    int64 tokens_used;
    int64 tokens_dropped;
    double tokenize_milliseconds;
    double milliseconds;
};

Explanation explain(const Model *model, std::string_view prompt, std::string_view text)
{
    Explanation result = {};
    const encoder::StopFlag stop = stop_flag();
    instr_time start;
    INSTR_TIME_SET_CURRENT(start);
    run_cpp([&] {
        encoder::Encoding encoding;
        model->encoder->tokenize(text, prompt, encoder::Dropped::kCount, stop, encoding);
        result.tokens_used = static_cast<int64>(encoding.tokens.size());
        result.tokens_dropped = static_cast<int64>(encoding.dropped);
    });
    result.tokenize_milliseconds = milliseconds_since(start);
    auto *row =
        static_cast<float *>(palloc(sizeof(float) * static_cast<size_t>(model->dimensions)));
    INSTR_TIME_SET_CURRENT(start);
    run_cpp([&] {
        encoder::TextInfo info;
        model->encoder->encode({&text, 1}, prompt, stop, row,
                               static_cast<size_t>(model->dimensions), {&info, 1});
    });
    result.milliseconds = milliseconds_since(start);
    return result;
}

Jsonb *to_json(const Model *model, const Explanation &explanation)
{
    const encoder::ModelSpec &spec = model->encoder->spec();
    JsonObject object;
    object.put("model", JsonObject::string(model->name));
    object.put("fingerprint", JsonObject::string(model->encoder->fingerprint().c_str()));
    object.put("dimensions", JsonObject::integer(spec.dimensions));
    object.put("max_tokens", JsonObject::integer(spec.max_tokens));
    object.put("tokens_used", JsonObject::integer(explanation.tokens_used));
    object.put("tokens_dropped", JsonObject::integer(explanation.tokens_dropped));
    object.put("truncated", JsonObject::boolean(explanation.tokens_dropped > 0));
    object.put("tokenize_milliseconds", JsonObject::real(explanation.tokenize_milliseconds));
    object.put("milliseconds", JsonObject::real(explanation.milliseconds));
    return object.finish();
}

} // namespace

SBERT_FUNCTION(sbert_explain)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kVector);
    const std::string_view input = utf8_of(PG_GETARG_TEXT_PP(0));
    PG_RETURN_JSONB_P(to_json(model, explain(model, prompt_default(model), input)));
}

SBERT_FUNCTION(sbert_session_statistics)
{
    ReturnSetInfo *set = set_start(fcinfo);
    const Datum values[] = {Int64GetDatum(statistics.texts), Int64GetDatum(statistics.tokens),
                            Int64GetDatum(statistics.reused),
                            Float8GetDatum(statistics.milliseconds)};
    const bool nulls[] = {false, false, false, false};
    set_put(set, values, nulls);
    return (Datum)0;
}

} // namespace sbert
