// Reads PostgreSQL's arrays of numbers as rows of floats, for the casts to the vector types.
#pragma once

#include "extension/pg.h"

namespace sbert {

// The number of elements. Raises an error if the array has more than one dimension or holds a null.
int array_count(ArrayType *array);

// The `count` elements, each rounded to float, in new memory. Beyond float's range they are
// infinite. Raises an error unless the elements are integer, real, double precision or numeric.
float *array_floats(ArrayType *array, int count);

// A new array of one dimension, without nulls; the elements are zero.
ArrayType *array_alloc(Oid type, Size element_bytes, int count);

} // namespace sbert
