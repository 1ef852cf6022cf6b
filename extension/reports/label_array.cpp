// An array of texts as views: see label_array.h.
#include <algorithm>

#include "extension/reports/label_array.h"
#include "extension/reports/tally.h"

namespace sbert {

LabelArray label_array(ArrayType *array, const char *name)
{
    if (ARR_NDIM(array) > 1)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("%s must be an array of one dimension", name),
                        errdetail("The array has %d dimensions.", ARR_NDIM(array))));
    if (array_contains_nulls(array))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                        errmsg("%s must not contain nulls", name)));
    Datum *elements;
    int count;
    deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &elements, nullptr, &count);
    auto *labels = static_cast<std::string_view *>(
        palloc(sizeof(std::string_view) * static_cast<Size>(std::max(count, 1))));
    for (int i = 0; i < count; i++)
        labels[i] = text_view(DatumGetTextPP(elements[i]));
    pfree(elements);
    return {labels, count};
}

} // namespace sbert
