// Reads an array of texts as string views.
#pragma once

#include <string_view>

#include "extension/pg.h"
#include "extension/scores/entities.h"

namespace sbert {

// The most labels of one row. At most one entity is made of each, and all must fit into one
// allocation.
inline constexpr int kMaxRowLabels = static_cast<int>(MaxAllocSize / sizeof(scores::Entity)) - 1;

struct LabelArray {
    // The list is in the current context, and the views point into the array.
    std::string_view *labels;
    int count;
};

// Raises an error, which calls the array `name`, for more than one dimension, more than
// kMaxRowLabels elements, or a null.
LabelArray label_array(ArrayType *array, const char *name);

} // namespace sbert
