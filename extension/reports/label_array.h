// An array of texts as views.
#pragma once

#include <string_view>

#include "extension/pg.h"

namespace sbert {

struct LabelArray {
    std::string_view *labels; // into the array; the list in the current context
    int count;
};

// Errors, which call the array `name`: more than one dimension, a null.
LabelArray label_array(ArrayType *array, const char *name);

} // namespace sbert
