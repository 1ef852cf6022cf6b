// What an operator class says of its type and metric: support function 1.
#pragma once

#include "extension/ann/metric.h"
#include "extension/pg.h"

namespace sbert::ivf {

struct TypeSupport {
    ann::Metric metric;
    // Of a detoasted value: its number of elements; these as floats into out (that many).
    int (*dimensions)(Datum value);
    void (*to_floats)(Datum value, float *out);
    // A value of so many of to_floats()'s elements, in the current memory context.
    Datum (*from_floats)(const float *x, int dimensions);
    // Distance as the operator gives it, from the key (ann/metric.h).
    double (*distance)(float key);
};
// Of the index's operator class; ERRCODE_INVALID_OBJECT_DEFINITION where its support function is
// none of ours, or is for another type.
const TypeSupport *type_support(Relation index);
// Whether the function may be support function 1 of a class for this type.
bool is_support_of(Oid function, Oid type);

} // namespace sbert::ivf
