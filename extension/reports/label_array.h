// An array of texts as views.
#pragma once

#include <string_view>

#include "extension/pg.h"
#include "extension/scores/entities.h"

namespace sbert {

// The labels of one row: what is made of them, at most an entity each, must fit an allocation.
inline constexpr int kMaxRowLabels = static_cast<int>(MaxAllocSize / sizeof(scores::Entity)) - 1;

struct LabelArray {
    std::string_view *labels; // into the array; the list in the current context
    int count;
};

// Errors, which call the array `name`: more than one dimension, more than kMaxRowLabels elements,
// a null.
LabelArray label_array(ArrayType *array, const char *name);

} // namespace sbert
