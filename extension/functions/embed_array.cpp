// embed(text[]): many texts in one call, packed into common passes, with the same bits as one by
// one.
#include <cstring>

#include "extension/functions/embed.h"
#include "extension/functions/input.h"

namespace sbert {

namespace {

struct Texts {
    Datum *values;
    bool *nulls;
    int n;
};

Texts elements_of(ArrayType *array)
{
    Texts texts;
    deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &texts.values, &texts.nulls,
                      &texts.n);
    return texts;
}

// Embeds the elements that are not null; their vectors replace them in `values`.
void embed_elements(const Model *model, Texts &texts)
{
    auto *views = static_cast<std::string_view *>(
        palloc_extended(sizeof(std::string_view) * static_cast<Size>(texts.n), MCXT_ALLOC_HUGE));
    int present = 0;
    for (int i = 0; i < texts.n; i++)
        if (!texts.nulls[i])
            views[present++] = utf8_of(DatumGetTextPP(texts.values[i]));
    const Size D = static_cast<Size>(model->dimensions);
    auto *rows = static_cast<float *>(
        palloc_extended(sizeof(float) * D * static_cast<Size>(present), MCXT_ALLOC_HUGE));
    embed_texts(model, views, present, rows);
    const float *row = rows;
    for (int i = 0; i < texts.n; i++) {
        if (texts.nulls[i])
            continue;
        Vector *vector = vector_alloc(model->dimensions);
        std::memcpy(vector->x, row, sizeof(float) * D);
        check_elements_finite(vector);
        texts.values[i] = PointerGetDatum(vector);
        row += D;
    }
    pfree(rows);
}

} // namespace
} // namespace sbert

extern "C" {

// The result has the dimensions and bounds of the argument; null elements stay null.
SBERT_FUNCTION(sbert_embed_array);
Datum sbert_embed_array(PG_FUNCTION_ARGS)
{
    using namespace sbert;
    ArrayType *array = PG_GETARG_ARRAYTYPE_P(0);
    const Model *model = model_arg(fcinfo, 1);
    const Oid vector_type = get_element_type(get_fn_expr_rettype(fcinfo->flinfo));
    if (!OidIsValid(vector_type))
        elog(ERROR, "could not determine the result type of embed(text[])");
    Texts texts = elements_of(array);
    if (texts.n == 0)
        PG_RETURN_ARRAYTYPE_P(construct_empty_array(vector_type));
    embed_elements(model, texts);
    PG_RETURN_ARRAYTYPE_P(construct_md_array(texts.values, texts.nulls, ARR_NDIM(array),
                                             ARR_DIMS(array), ARR_LBOUND(array), vector_type, -1,
                                             false, TYPALIGN_INT));
}

} // extern "C"
