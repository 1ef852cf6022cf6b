// embed(text[]), embed_query(text[]) and embed_document(text[]) encode many texts in common passes,
// with the same bits as one by one.
#include "encoder/model/prompts.h"
#include "extension/functions/embed.h"
#include "extension/functions/prompt.h"
#include "extension/functions/text_array.h"

namespace sbert {

namespace {

// The bytes of one element of the result. They are a multiple of 4, the type's alignment, so
// elements lie side by side.
Size element_bytes(const Model *model)
{
    return offsetof(Vector, x) + sizeof(float) * static_cast<Size>(model->dimensions);
}

// Raises an error, before the texts are encoded, if the result would be too large.
void check_result(const Model *model, const TextArray &texts)
{
    const Size overhead = text_array_overhead(texts);
    if (!AllocSizeIsValid(overhead + element_bytes(model) * static_cast<Size>(texts.present)))
        ereport(
            ERROR,
            (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
             errmsg("the vectors of %d texts do not fit an array of at most 1 GB", texts.present),
             errhint("Embed at most %d texts in one call.",
                     static_cast<int>((MaxAllocSize - overhead) / element_bytes(model)))));
}

// Makes the result with all headers and without values, so that the encoder writes each vector to
// its final place.
ArrayType *make_result(const Model *model, const TextArray &texts, Oid vector_type)
{
    check_result(model, texts);
    const Size bytes = element_bytes(model) * static_cast<Size>(texts.present);
    ArrayType *result = text_array_result(texts, bytes, vector_type);
    char *element = ARR_DATA_PTR(result);
    for (int i = 0; i < texts.present; i++, element += element_bytes(model)) {
        auto *vector = reinterpret_cast<Vector *>(element);
        SET_VARSIZE(vector, element_bytes(model));
        vector->dim = static_cast<int16>(model->dimensions);
        vector->unused = 0;
    }
    return result;
}

// The common part of the SQL functions. The result has the dimensions and bounds of the argument,
// and null elements stay null.
Datum embed_array_call(FunctionCallInfo fcinfo, const Model *model, std::string_view prompt)
{
    const Oid vector_type = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
    const TextArray texts = text_array(PG_GETARG_ARRAYTYPE_P(0));
    if (texts.n == 0)
        PG_RETURN_ARRAYTYPE_P(construct_empty_array(vector_type));
    ArrayType *result = make_result(model, texts, vector_type);
    char *first = ARR_DATA_PTR(result);
    embed_texts(model, prompt, texts.views, texts.present, reinterpret_cast<Vector *>(first)->x,
                element_bytes(model) / sizeof(float));
    PG_RETURN_ARRAYTYPE_P(result);
}

} // namespace

SBERT_FUNCTION(sbert_embed_array)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kVector);
    return embed_array_call(fcinfo, model, prompt_arg(fcinfo, 2, model));
}

SBERT_FUNCTION(sbert_embed_query_array)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kVector);
    return embed_array_call(fcinfo, model, encoder::query_prompt(model->encoder->spec()));
}

SBERT_FUNCTION(sbert_embed_document_array)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kVector);
    return embed_array_call(fcinfo, model, encoder::document_prompt(model->encoder->spec()));
}

} // namespace sbert
