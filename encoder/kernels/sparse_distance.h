// Distances between two sparse rows: those of distance.h, over the elements that are not zero.
//
//   indices  (count)  strictly ascending, 0 ... INT32_MAX - 1
//   values   (count)  of these elements
//
// Any alignment; a and b may be the same row; count may be 0, and then the pointers are not looked
// at. The rows have equal dimensions, which do not matter here. Sums run in float and cosine's
// limits are those of distance.h. Cannot fail; allocates nothing; any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sbert::kernels {

struct SparseRow {
    const int32_t *indices;
    const float *values;
    size_t count;
};

// Sum of (a[i] - b[i])^2.
float l2_squared(SparseRow a, SparseRow b) noexcept;

// Sum of a[i] * b[i].
float inner_product(SparseRow a, SparseRow b) noexcept;

// Sum of |a[i] - b[i]|.
float l1(SparseRow a, SparseRow b) noexcept;

// Cosine of the angle, in [-1, 1]; NaN where a or b has no element, or where the sums overflow into
// inf / inf.
double cosine(SparseRow a, SparseRow b) noexcept;

// The same, one element after another: the oracles of the tests. They sum in double.
double l2_squared_reference(SparseRow a, SparseRow b) noexcept;
double inner_product_reference(SparseRow a, SparseRow b) noexcept;
double l1_reference(SparseRow a, SparseRow b) noexcept;
double cosine_reference(SparseRow a, SparseRow b) noexcept;

} // namespace sbert::kernels
