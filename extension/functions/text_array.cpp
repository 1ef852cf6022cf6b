#include "extension/functions/text_array.h"

#include <cstring>

#include "extension/array_walk.h"
#include "extension/functions/input.h"

namespace sbert {

namespace {

void set_null_bitmap(ArrayType *result, const TextArray &texts)
{
    bits8 *bitmap = ARR_NULLBITMAP(result);
    for (int i = 0; i < texts.n; i++) {
        CHECK_FOR_INTERRUPTS();
        if (!texts.nulls[i])
            bitmap[i / 8] |= static_cast<bits8>(1 << i % 8);
    }
}

} // namespace

TextArray text_array(ArrayType *array)
{
    TextArray texts = {};
    ArrayWalk walk = array_walk(array, TYPALIGN_INT);
    texts.array = array;
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

Size text_array_overhead(const TextArray &texts)
{
    return texts.present < texts.n ? ARR_OVERHEAD_WITHNULLS(ARR_NDIM(texts.array), texts.n)
                                   : ARR_OVERHEAD_NONULLS(ARR_NDIM(texts.array));
}

ArrayType *text_array_result(const TextArray &texts, Size bytes, Oid type)
{
    const Size overhead = text_array_overhead(texts);
    auto *result = static_cast<ArrayType *>(palloc(overhead + bytes));
    std::memset(result, 0, overhead);
    SET_VARSIZE(result, overhead + bytes);
    result->ndim = ARR_NDIM(texts.array);
    result->elemtype = type;
    const Size dims = sizeof(int) * static_cast<Size>(ARR_NDIM(texts.array));
    std::memcpy(ARR_DIMS(result), ARR_DIMS(texts.array), dims);
    std::memcpy(ARR_LBOUND(result), ARR_LBOUND(texts.array), dims);
    if (texts.present < texts.n) {
        result->dataoffset = static_cast<int32>(overhead);
        set_null_bitmap(result, texts);
    }
    return result;
}

} // namespace sbert
