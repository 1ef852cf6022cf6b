// PostgreSQL's arrays of numbers as rows of floats, for the casts to the vector types.
#pragma once

#include "extension/pg.h"

namespace sbert {

// How many elements; an error where the array has more than one dimension or holds a null.
int array_count(ArrayType *array);

// The `count` elements into out, each rounded to float; beyond float's range it is infinite. An
// error where the elements are not integer, real, double precision or numeric.
void array_to_floats(ArrayType *array, float *out, int count);

} // namespace sbert
