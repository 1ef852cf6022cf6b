// sbert.similarity() computes the cosine of two texts in one pass of the encoder.
#include "encoder/kernels/distance.h"
#include "extension/functions/embed.h"
#include "extension/functions/input.h"
#include "extension/functions/prompt.h"

namespace sbert {

SBERT_FUNCTION(sbert_similarity)
{
    const Model *model = model_arg(fcinfo, 2, Gives::kVector);
    const std::string_view texts[] = {utf8_of(PG_GETARG_TEXT_PP(0)), utf8_of(PG_GETARG_TEXT_PP(1))};
    const size_t D = static_cast<size_t>(model->dimensions);
    auto *rows = static_cast<float *>(palloc(2 * D * sizeof(float)));
    embed_texts(model, prompt_default(model), texts, 2, rows, D);
    PG_RETURN_FLOAT8(kernels::cosine(rows, rows + D, D));
}

} // namespace sbert
