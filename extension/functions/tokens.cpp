// sbert.tokenize() and sbert.token_embeddings() show what the model sees of a text, with its
// default prompt in front, as in embed().
#include <cstring>

#include "extension/boundary.h"
#include "extension/functions/characters.h"
#include "extension/functions/input.h"
#include "extension/functions/models.h"
#include "extension/functions/prompt.h"
#include "extension/functions/set.h"
#include "extension/types/dense.h"

namespace sbert {

namespace {

// Tokens as plain data in the current memory context.
struct Tokens {
    encoder::Token *tokens;
    int n;
    bool truncated;
    float *rows; // (n, width), or null
    int width;
};

void *allocate(size_t count, size_t bytes)
{
    return palloc_extended(count * bytes, MCXT_ALLOC_HUGE);
}

encoder::Token *allocate_tokens(const Model *model)
{
    const size_t limit = static_cast<size_t>(model->encoder->spec().max_tokens);
    return static_cast<encoder::Token *>(allocate(limit, sizeof(encoder::Token)));
}

// Copies the encoder's result into memory of the server. Runs under run_cpp().
void copy_tokens(const encoder::Encoding &encoding, Tokens &out)
{
    out.n = static_cast<int>(encoding.tokens.size());
    out.truncated = encoding.truncated;
    std::memcpy(out.tokens, encoding.tokens.data(), encoding.tokens.size() * sizeof(out.tokens[0]));
}

Tokens tokenize(const Model *model, std::string_view text)
{
    Tokens result = {};
    result.tokens = allocate_tokens(model);
    const encoder::StopFlag stop = stop_flag();
    run_cpp([&] {
        encoder::Encoding encoding;
        model->encoder->tokenize(text, prompt_default(model), encoder::Dropped::kIgnore, stop,
                                 encoding);
        copy_tokens(encoding, result);
    });
    return result;
}

Tokens embed_tokens(const Model *model, std::string_view text)
{
    Tokens result = {};
    result.tokens = allocate_tokens(model);
    result.width = static_cast<int>(model->encoder->token_width());
    const size_t limit = static_cast<size_t>(model->encoder->spec().max_tokens);
    result.rows =
        static_cast<float *>(allocate(limit * static_cast<size_t>(result.width), sizeof(float)));
    const encoder::StopFlag stop = stop_flag();
    run_cpp([&] {
        encoder::Encoding encoding;
        std::vector<float> rows;
        model->encoder->encode_tokens(text, prompt_default(model), stop, encoding, rows);
        copy_tokens(encoding, result);
        std::memcpy(result.rows, rows.data(), rows.size() * sizeof(float));
    });
    return result;
}

Datum token_text(const Model *model, int32_t id)
{
    return PointerGetDatum(text_of_utf8(model->encoder->token(id)));
}

void check_width(int width)
{
    if (width > kDenseMaxDim)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("token embeddings of %d dimensions do not fit a vector, which has "
                               "at most %d",
                               width, kDenseMaxDim)));
}

} // namespace
// Returns (pos, id, token, start_char, end_char). Places count from 1 and include both ends, as in
// substr(text, start_char, end_char - start_char + 1). They are null for tokens that the model or
// its default prompt adds.
SBERT_FUNCTION(sbert_tokenize)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kTokenIds);
    const std::string_view input = utf8_of(PG_GETARG_TEXT_PP(0));
    ReturnSetInfo *set = set_start(fcinfo);
    const Tokens tokens = tokenize(model, input);
    report_truncation({static_cast<uint32_t>(tokens.n), tokens.truncated}, model->name);
    CharacterPlaces place{input};
    for (int i = 0; i < tokens.n; i++) {
        const encoder::Token &token = tokens.tokens[i];
        const bool added = token.begin == token.end;
        const int32 start = added ? 0 : place.move(token.begin) + 1;
        const int32 end = added ? 0 : place.move(token.end);
        const Datum values[] = {Int32GetDatum(i + 1), Int32GetDatum(token.id),
                                token_text(model, token.id), Int32GetDatum(start),
                                Int32GetDatum(end)};
        const bool nulls[] = {false, false, false, added, added};
        set_put(set, values, nulls);
    }
    return (Datum)0;
}

// Returns (pos, token, embedding), one vector per token, as the pooling sees it.
SBERT_FUNCTION(sbert_token_embeddings)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kVector);
    const std::string_view input = utf8_of(PG_GETARG_TEXT_PP(0));
    ReturnSetInfo *set = set_start(fcinfo);
    check_width(static_cast<int>(model->encoder->token_width()));
    const Tokens tokens = embed_tokens(model, input);
    report_truncation({static_cast<uint32_t>(tokens.n), tokens.truncated}, model->name);
    for (int i = 0; i < tokens.n; i++) {
        Vector *vector = vector_alloc(tokens.width);
        std::memcpy(vector->x,
                    tokens.rows + static_cast<size_t>(i) * static_cast<size_t>(tokens.width),
                    sizeof(float) * static_cast<size_t>(tokens.width));
        const Datum values[] = {Int32GetDatum(i + 1), token_text(model, tokens.tokens[i].id),
                                PointerGetDatum(vector)};
        const bool nulls[] = {false, false, false};
        set_put(set, values, nulls);
        pfree(vector);
    }
    return (Datum)0;
}

} // namespace sbert
