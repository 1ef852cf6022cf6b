// Vectors made ready for the index. All that lies in it is relative to its origin o, a vector near
// the data: whatever the data's mean, codes, centroids and sums are as long as the spread is.
//
// Let q and x be a query and a row as the metric sees them: as they were given, under cosine
// divided by their lengths. R is the rotation (kernels/rotation.h), which changes no product. Kept
// are
//
//   x' = R (x - o)                                    every row, every centroid
//   q' = R (q - o)     L2, cosine                     key  |q - x|^2 = |q' - x'|^2
//   q' = R q           inner product                  key  -<q, x>   = -<q', x'> - <q, o>
//
// <q, o> is the query's shift, kept in double: it is the same for all rows and takes no part in the
// search, which compares -<q', x'>; a hit's key and bound have it in. Centroids and residuals are
// means and differences of x', so residual codes (ann/residual_code.h) need not know of any of
// this. Differences to the origin are taken in double before anything is rounded: the error of x'
// is relative to |x - o|, not to |x|. The operators' own rounding is relative to |x|:
// ann/key_bound.h.
#pragma once

#include "extension/ivf/cache.h"
#include "extension/ivf/type_support.h"

namespace sbert::ivf {

// What all of the index's vectors have in common.
struct Preparation {
    const TypeSupport *type;
    uint32 d;
    const uint32 *signs; // rotation_words(d)
    const float *origin; // (d)
};
// Good as long as the cache is.
Preparation preparation_of(const Cache *cache, const TypeSupport *type);

// A value's elements. May detoast it, in the current memory context. An error where it has another
// number of dimensions.
//   given (d) out
void read_given(const Preparation *preparation, Datum value, float *given);

// A vector as the metric sees it: under cosine of unit length. False for what is not indexed: a
// zero vector under cosine.
//   given (d);  seen (d) out
bool row_as_seen(ann::Metric metric, uint32 d, const float *given, float *seen);

// x' of a row. False for what is not indexed: a zero vector under cosine.
//   given (d);  x (d) out, may be the same;  norm2 (out) |given|^2
bool prepare_row(const Preparation *preparation, const float *given, float *x, float *norm2);
// read_given() and prepare_row() in one, for who does not want the vector itself.
bool prepare_vector(const Preparation *preparation, Datum value, float *x, float *norm2);

// q' of a query, as prepare_row() but for the inner product.
//   shift (out) <q, o> under the inner product, else 0
bool prepare_query(const Preparation *preparation, const float *given, float *q, float *norm2,
                   double *shift);
// The same for a query that is a row of the index.
//   x (d) x' of the row, made q' in place
void query_of_row(const Preparation *preparation, float *x, double *shift);

// The number of dimensions that the index's column declares; errors where it does not, or where
// there are too many.
uint32 declared_dimensions(Relation index);

} // namespace sbert::ivf
