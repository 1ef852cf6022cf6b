// embed(text[]), embed_query(text[]) and embed_document(text[]) encode many texts in common passes,
// with the same bits as one by one.
#include <cstring>

#include "encoder/model/prompts.h"
#include "extension/array_walk.h"
#include "extension/functions/embed.h"
#include "extension/functions/input.h"
#include "extension/functions/prompt.h"

namespace sbert {

namespace {

// The elements of a text[], in UTF-8.
struct Texts {
    std::string_view *views; // of the elements that are not null
    int present;
    bool *nulls; // (n)
    int n;
};

Texts texts_of(ArrayType *array)
{
    Texts texts = {};
    ArrayWalk walk = array_walk(array, TYPALIGN_INT);
    texts.n = walk.count;
    texts.nulls = static_cast<bool *>(palloc(static_cast<Size>(texts.n) + 1));
    texts.views = static_cast<std::string_view *>(
        palloc_extended(sizeof(std::string_view) * static_cast<Size>(texts.n), MCXT_ALLOC_HUGE));
    for (int i = 0; i < texts.n; i++) {
        char *element = array_walk_next(walk);
        texts.nulls[i] = element == nullptr;
        if (element != nullptr)
            texts.views[texts.present++] = utf8_of(reinterpret_cast<text *>(element));
    }
    return texts;
}

// The bytes of one element of the result. They are a multiple of 4, the type's alignment, so
// elements lie side by side.
Size element_bytes(const Model *model)
{
    return offsetof(Vector, x) + sizeof(float) * static_cast<Size>(model->dimensions);
}

// The bytes of the whole result. Too many are an error here, before the texts are encoded.
Size result_bytes(const Model *model, ArrayType *array, const Texts &texts)
{
    const Size overhead = texts.present < texts.n ? ARR_OVERHEAD_WITHNULLS(ARR_NDIM(array), texts.n)
                                                  : ARR_OVERHEAD_NONULLS(ARR_NDIM(array));
    const Size bytes = overhead + element_bytes(model) * static_cast<Size>(texts.present);
    if (!AllocSizeIsValid(bytes))
        ereport(
            ERROR,
            (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
             errmsg("the vectors of %d texts do not fit an array of at most 1 GB", texts.present),
             errhint("Embed at most %d texts in one call.",
                     static_cast<int>((MaxAllocSize - overhead) / element_bytes(model)))));
    return bytes;
}

void set_null_bitmap(ArrayType *result, const Texts &texts)
{
    bits8 *bitmap = ARR_NULLBITMAP(result);
    for (int i = 0; i < texts.n; i++) {
        CHECK_FOR_INTERRUPTS();
        if (!texts.nulls[i])
            bitmap[i / 8] |= static_cast<bits8>(1 << i % 8);
    }
}

// Makes the result with all headers and without values, so that the encoder writes each vector to
// its final place.
ArrayType *make_result(const Model *model, ArrayType *array, const Texts &texts, Oid vector_type)
{
    const Size bytes = result_bytes(model, array, texts);
    auto *result = static_cast<ArrayType *>(palloc(bytes));
    std::memset(result, 0, bytes - element_bytes(model) * static_cast<Size>(texts.present));
    SET_VARSIZE(result, bytes);
    result->ndim = ARR_NDIM(array);
    result->elemtype = vector_type;
    const Size dims = sizeof(int) * static_cast<Size>(ARR_NDIM(array));
    std::memcpy(ARR_DIMS(result), ARR_DIMS(array), dims);
    std::memcpy(ARR_LBOUND(result), ARR_LBOUND(array), dims);
    if (texts.present < texts.n) {
        result->dataoffset = static_cast<int32>(ARR_OVERHEAD_WITHNULLS(ARR_NDIM(array), texts.n));
        set_null_bitmap(result, texts);
    }
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
    ArrayType *array = PG_GETARG_ARRAYTYPE_P(0);
    const Oid vector_type = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
    const Texts texts = texts_of(array);
    if (texts.n == 0)
        PG_RETURN_ARRAYTYPE_P(construct_empty_array(vector_type));
    ArrayType *result = make_result(model, array, texts, vector_type);
    char *first = ARR_DATA_PTR(result);
    embed_texts(model, prompt, texts.views, texts.present, reinterpret_cast<Vector *>(first)->x,
                element_bytes(model) / sizeof(float));
    PG_RETURN_ARRAYTYPE_P(result);
}

} // namespace

SBERT_FUNCTION(sbert_embed_array)
{
    const Model *model = model_arg(fcinfo, 1);
    return embed_array_call(fcinfo, model, prompt_arg(fcinfo, 2, model));
}

SBERT_FUNCTION(sbert_embed_query_array)
{
    const Model *model = model_arg(fcinfo, 1);
    return embed_array_call(fcinfo, model, encoder::query_prompt(model->encoder->spec()));
}

SBERT_FUNCTION(sbert_embed_document_array)
{
    const Model *model = model_arg(fcinfo, 1);
    return embed_array_call(fcinfo, model, encoder::document_prompt(model->encoder->spec()));
}

} // namespace sbert
