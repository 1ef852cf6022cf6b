// Reads the n of vector(n), halfvec(n) and sparsevec(n).
#pragma once

#include "extension/pg.h"

namespace sbert {

// The single modifier in the list, from 1 to `max`. Raises an error for anything else. `type` is
// the SQL name of the type for the message.
int32 dimensions_typmod(ArrayType *list, const char *type, int32 max);

} // namespace sbert
