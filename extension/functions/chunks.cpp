// sbert.chunks() cuts a text into parts that a model reads to their end, and sbert.token_count()
// counts a text's tokens.
#include "extension/chunks/chunker.h"

#include "extension/adopt.h"
#include "extension/functions/locale.h"
#include "extension/functions/models.h"
#include "extension/functions/prompt.h"
#include "extension/functions/stretch.h"
#include "extension/guc.h"

namespace sbert {

namespace {

// A model's tokens of a text behind its default prompt, as embed() reads it.
class ModelTokens final : public TokenReader {
  public:
    ModelTokens(const encoder::Encoder *encoder, std::string_view prompt, encoder::StopFlag stop)
        : encoder_(encoder), prompt_(prompt), stop_(stop)
    {
    }

    void find_tokens(std::string_view text, std::vector<uint32_t> &out) override
    {
        encoder_->tokenize_whole(text, stop_, encoding_);
        out.clear();
        for (const encoder::Token &token : encoding_.tokens)
            out.push_back(token.end);
    }

    size_t count_tokens(std::string_view text) override
    {
        return encoder_->count_tokens(text, prompt_, stop_);
    }

  private:
    const encoder::Encoder *encoder_;
    const std::string_view prompt_; // of the model
    const encoder::StopFlag stop_;
    encoder::Encoding encoding_;
};

struct Cutting {
    Cutting(const Model *model, const char *locale, const ChunkOptions &options,
            std::string_view text)
        : tokens(model->encoder, prompt_default(model), stop_flag()), breaks(locale),
          chunker(text, tokens, breaks, options, stop_flag())
    {
    }
    ModelTokens tokens;
    Breaks breaks;
    Chunker chunker;
};

size_t count_tokens(const Model *model, std::string_view text)
{
    size_t count = 0;
    const encoder::StopFlag stop = stop_flag();
    run_cpp([&] { count = model->encoder->count_tokens(text, prompt_default(model), stop); });
    return count;
}

void require_value(FunctionCallInfo fcinfo, int n, const char *name, const char *hint)
{
    if (PG_ARGISNULL(n))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("%s must not be null", name), errhint("%s", hint)));
}

// The most tokens of a chunk: what the model reads, unless the call says less.
int tokens_arg(FunctionCallInfo fcinfo, int n, const Model *model)
{
    const int limit = model->encoder->spec().max_tokens;
    const int added = static_cast<int>(count_tokens(model, {}));
    const int tokens = PG_ARGISNULL(n) ? limit : PG_GETARG_INT32(n);
    if (tokens > limit || tokens <= added)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("chunks of %d tokens are not possible with model \"%s\"", tokens,
                               model->name),
                        errdetail("The model reads at most %d tokens, and adds %d to each text.",
                                  limit, added),
                        errhint("Take between %d and %d tokens.", added + 1, limit)));
    return tokens;
}

int overlap_arg(FunctionCallInfo fcinfo, int n, int tokens)
{
    require_value(fcinfo, n, "overlap", "Without an overlap it is 0.");
    const int overlap = PG_GETARG_INT32(n);
    if (overlap < 0 || overlap >= tokens)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("chunks of %d tokens cannot overlap by %d", tokens, overlap),
                        errhint("Take an overlap from 0 to %d.", tokens - 1)));
    return overlap;
}

ChunkBorder by_arg(FunctionCallInfo fcinfo, int n)
{
    static const char *const kHint = "Take \"paragraph\", \"sentence\" or \"word\".";
    require_value(fcinfo, n, "by", kHint);
    const char *by = text_to_cstring(PG_GETARG_TEXT_PP(n));
    if (strcmp(by, "paragraph") == 0)
        return ChunkBorder::kParagraph;
    if (strcmp(by, "sentence") == 0)
        return ChunkBorder::kSentence;
    if (strcmp(by, "word") == 0)
        return ChunkBorder::kWord;
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("chunks cannot be cut by \"%s\"", by), errhint("%s", kHint)));
    pg_unreachable();
}

ChunkOptions options_arg(FunctionCallInfo fcinfo, int n, const Model *model)
{
    const int tokens = tokens_arg(fcinfo, n, model);
    const int overlap = overlap_arg(fcinfo, n + 1, tokens);
    return {static_cast<size_t>(tokens), static_cast<size_t>(overlap), by_arg(fcinfo, n + 2)};
}

bool next_chunk(Cutting *cutting, Chunk &chunk)
{
    bool found = false;
    run_cpp([&] { found = cutting->chunker.next(chunk); });
    return found;
}

} // namespace

// Returns (n, body, start_char, end_char, tokens).
SBERT_FUNCTION(sbert_chunks)
{
    const Model *model =
        PG_ARGISNULL(1) ? model_default(Gives::kTokenIds) : model_arg(fcinfo, 1, Gives::kTokenIds);
    const ChunkOptions options = options_arg(fcinfo, 2, model);
    const char *locale = locale_arg(fcinfo, 5);
    ReturnSetInfo *set = set_start(fcinfo);
    if (PG_ARGISNULL(0))
        return (Datum)0;
    const std::string_view input = utf8_of(PG_GETARG_TEXT_PP(0));
    MemoryContext own =
        AllocSetContextCreate(CurrentMemoryContext, "sbert chunks", ALLOCSET_SMALL_SIZES);
    Cutting *cutting =
        adopt<Cutting>(own, [&] { return new Cutting(model, locale, options, input); });
    StretchRows rows(set, input);
    for (Chunk chunk; next_chunk(cutting, chunk);) {
        rows.put(chunk.begin, chunk.end, Int32GetDatum(static_cast<int32>(chunk.tokens)));
        CHECK_FOR_INTERRUPTS();
    }
    MemoryContextDelete(own);
    return (Datum)0;
}

SBERT_FUNCTION(sbert_token_count)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kTokenIds);
    const std::string_view input = utf8_of(PG_GETARG_TEXT_PP(0));
    PG_RETURN_INT32(static_cast<int32>(count_tokens(model, input)));
}

} // namespace sbert
