// embed_sparse(), embed_sparse_query() and embed_sparse_document() turn texts into sparse vectors,
// which weigh the words of a model's vocabulary.
#include <algorithm>
#include <cstring>

#include "encoder/model/prompts.h"
#include "extension/adopt.h"
#include "extension/functions/embed.h"
#include "extension/functions/input.h"
#include "extension/functions/prompt.h"
#include "extension/functions/text_array.h"
#include "extension/guc.h"
#include "extension/types/sparse.h"

namespace sbert {

namespace {

using SparseRows = std::vector<encoder::SparseRow>;

// Encodes some of `n` texts, from the first, into rows, and returns how many.
int encode_some(const Model *model, std::string_view prompt, const std::string_view *texts, int n,
                SparseRows *rows, encoder::TextInfo *info)
{
    const encoder::StopFlag stop = stop_flag();
    const size_t memory = encode_mem(), count = static_cast<size_t>(n);
    size_t done = 0;
    instr_time start;
    INSTR_TIME_SET_CURRENT(start);
    run_cpp([&] {
        model->encoder->set_memory(memory);
        rows->resize(count);
        done = model->encoder->encode_sparse({texts, count}, prompt, stop, *rows, {info, count});
    });
    statistics_add(info, static_cast<int>(done), start);
    for (size_t i = 0; i < done; i++)
        report_truncation(info[i], model->name);
    return static_cast<int>(done);
}

SparseRows *rows_alloc()
{
    return adopt<SparseRows>(CurrentMemoryContext, [] { return new SparseRows; });
}

SparseVector *vector_of(const Model *model, const encoder::SparseRow &row)
{
    const auto count = static_cast<int64>(row.ids.size());
    check_sparse_count(count, model->dimensions);
    SparseVector *vector = sparse_alloc(model->dimensions, static_cast<int>(count));
    std::copy(row.ids.begin(), row.ids.end(), vector->indices);
    std::copy(row.weights.begin(), row.weights.end(), sparse_values(vector));
    return vector;
}

struct varlena *embed_one(const Model *model, std::string_view prompt, std::string_view text,
                          encoder::TextInfo *info)
{
    SparseRows *rows = rows_alloc();
    encode_some(model, prompt, &text, 1, rows, info);
    return reinterpret_cast<struct varlena *>(vector_of(model, rows->front()));
}

// ---- arrays ------------------------------------------------------------------------------------

// The values of the texts that are not null, and the bytes of all.
struct Values {
    SparseVector **vectors;
    Size bytes;
};

void add_value(const TextArray &texts, Values *values, int i, SparseVector *vector)
{
    values->vectors[i] = vector;
    values->bytes += VARSIZE(vector);
    if (!AllocSizeIsValid(text_array_overhead(texts) + values->bytes))
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("the sparse vectors of %d texts do not fit an array of at most 1 GB",
                               texts.present),
                        errhint("Embed at most %d texts in one call.", std::max(i, 1))));
}

Values embed_all(const Model *model, std::string_view prompt, const TextArray &texts)
{
    Values values = {};
    values.vectors = static_cast<SparseVector **>(palloc_extended(
        sizeof(SparseVector *) * static_cast<Size>(texts.present), MCXT_ALLOC_HUGE));
    SparseRows *rows = rows_alloc();
    encoder::TextInfo info[kSliceTexts];
    for (int first = 0; first < texts.present;) {
        const int done = encode_some(model, prompt, texts.views + first,
                                     std::min(kSliceTexts, texts.present - first), rows, info);
        for (int i = 0; i < done; i++)
            add_value(texts, &values, first + i, vector_of(model, (*rows)[static_cast<size_t>(i)]));
        first += done;
        CHECK_FOR_INTERRUPTS();
    }
    return values;
}

// The common part of the SQL functions of arrays. The result has the dimensions and bounds of the
// argument, and null elements stay null.
Datum embed_array_call(FunctionCallInfo fcinfo, const Model *model, std::string_view prompt)
{
    const Oid type = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
    const TextArray texts = text_array(PG_GETARG_ARRAYTYPE_P(0));
    if (texts.n == 0)
        PG_RETURN_ARRAYTYPE_P(construct_empty_array(type));
    const Values values = embed_all(model, prompt, texts);
    ArrayType *result = text_array_result(texts, values.bytes, type);
    char *element = ARR_DATA_PTR(result);
    for (int i = 0; i < texts.present; i++) {
        CHECK_FOR_INTERRUPTS();
        const SparseVector *vector = values.vectors[i];
        std::memcpy(element, vector, VARSIZE(vector));
        element += VARSIZE(vector); // a multiple of 4, the type's alignment
    }
    PG_RETURN_ARRAYTYPE_P(result);
}

} // namespace

SBERT_FUNCTION(sbert_embed_sparse)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kSparseVector);
    return embed_call(fcinfo, model, prompt_arg(fcinfo, 2, model), embed_one);
}

SBERT_FUNCTION(sbert_embed_sparse_query)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kSparseVector);
    return embed_call(fcinfo, model, encoder::query_prompt(model->encoder->spec()), embed_one);
}

SBERT_FUNCTION(sbert_embed_sparse_document)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kSparseVector);
    return embed_call(fcinfo, model, encoder::document_prompt(model->encoder->spec()), embed_one);
}

SBERT_FUNCTION(sbert_embed_sparse_array)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kSparseVector);
    return embed_array_call(fcinfo, model, prompt_arg(fcinfo, 2, model));
}

SBERT_FUNCTION(sbert_embed_sparse_query_array)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kSparseVector);
    return embed_array_call(fcinfo, model, encoder::query_prompt(model->encoder->spec()));
}

SBERT_FUNCTION(sbert_embed_sparse_document_array)
{
    const Model *model = model_arg(fcinfo, 1, Gives::kSparseVector);
    return embed_array_call(fcinfo, model, encoder::document_prompt(model->encoder->spec()));
}

} // namespace sbert
