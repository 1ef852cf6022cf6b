// The texts of an SQL array, and an array of results with the same dimensions, bounds and nulls.
#pragma once

#include <string_view>

#include "extension/pg.h"

namespace sbert {

// Results for many texts are computed in slices of at most as many, enough to fill the encoder's
// passes even with short texts.
inline constexpr int kSliceTexts = 512;

struct TextArray {
    ArrayType *array;
    int n;                   // elements, in the order of unnest()
    bool *nulls;             // (n)
    std::string_view *views; // (present) the elements that are not null, in UTF-8
    int present;
};

// The lists are in the current memory context, and the views point into `array` or that context.
TextArray text_array(ArrayType *array);

// A new array for results, of which only the elements are missing. They belong side by side at
// ARR_DATA_PTR, and take `bytes`, which are not initialised. REQUIRES: texts.n > 0.
ArrayType *text_array_result(const TextArray &texts, Size bytes, Oid type);

// The bytes of such an array beside its elements.
Size text_array_overhead(const TextArray &texts);

} // namespace sbert
