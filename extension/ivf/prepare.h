// Vectors made ready for the index, where there is no cache yet.
#pragma once

#include "extension/ivf/ivf.h"

namespace sbert::ivf {

// What all of the index's vectors have in common.
struct Preparation {
    const TypeSupport *type;
    uint32 d;
    const uint32 *signs; // rotation_words(d)
};

// prepare() of ivf.h. An error where the value has another number of dimensions.
bool prepare_vector(const Preparation *preparation, Datum value, float *x, float *norm2);

// The number of dimensions that the index's column declares; errors where it does not, or where
// there are too many.
uint32 declared_dimensions(Relation index, const TypeSupport *type);

} // namespace sbert::ivf
