#include <algorithm>

#include "extension/array_walk.h"
#include "extension/reports/label_array.h"
#include "extension/reports/tally.h"

namespace sbert {

LabelArray label_array(ArrayType *array, const char *name)
{
    if (ARR_NDIM(array) > 1)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("%s must be an array of one dimension", name),
                        errdetail("The array has %d dimensions.", ARR_NDIM(array))));
    ArrayWalk walk = array_walk(array, TYPALIGN_INT);
    if (walk.count > kMaxRowLabels)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("%s must have at most %d elements", name, kMaxRowLabels),
                        errdetail("The array has %d elements.", walk.count),
                        errhint("Give fewer labels, or spread them over several rows.")));
    auto *labels = static_cast<std::string_view *>(
        palloc(sizeof(std::string_view) * static_cast<Size>(std::max(walk.count, 1))));
    for (int i = 0; i < walk.count; i++) {
        const char *element = array_walk_next(walk);
        if (element == nullptr)
            ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
                            errmsg("%s must not contain nulls", name)));
        labels[i] = text_view(reinterpret_cast<const text *>(element));
    }
    return {labels, walk.count};
}

} // namespace sbert
