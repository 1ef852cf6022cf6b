// The distances of distance.h between two sparse rows, over the elements that are not zero.
//
//   indices  (count)  strictly ascending, 0 ... INT32_MAX - 1
//   values   (count)  of these elements
//
// Any alignment; a and b may be the same row. If count is 0 the pointers are not used. Both rows
// have the same number of dimensions, which is not needed here. Sums are computed in float, with
// the limits of distance.h. Cannot fail; allocates nothing; any thread.
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

// Cosine of the angle, in [-1, 1]. It is NaN if a or b has no element, or if the sums overflow to
// inf / inf.
double cosine(SparseRow a, SparseRow b) noexcept;

// The naive versions, with which the tests compare. They sum in double.
double l2_squared_reference(SparseRow a, SparseRow b) noexcept;
double inner_product_reference(SparseRow a, SparseRow b) noexcept;
double l1_reference(SparseRow a, SparseRow b) noexcept;
double cosine_reference(SparseRow a, SparseRow b) noexcept;

} // namespace sbert::kernels
