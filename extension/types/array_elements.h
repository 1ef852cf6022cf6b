// Reads PostgreSQL's arrays of numbers as rows of floats, for the casts to the vector types.
#pragma once

#include "extension/pg.h"

namespace sbert {

// The number of elements. Raises an error if the array has more than one dimension or holds a null.
int array_count(ArrayType *array);

// Writes the `count` elements to `out`, each rounded to float. Beyond float's range they are
// infinite. Raises an error unless the elements are integer, real, double precision or numeric.
void array_to_floats(ArrayType *array, float *out, int count);

} // namespace sbert
