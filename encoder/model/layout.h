// How a tensor's values lie in memory: in rows as published, or in panels for the products of their
// type (kernels/linear.h, linear_bf16.h, linear_int8.h).
//
// The packed file holds every weight of a product in panels, so that a backend uses it as it is
// mapped. Everything that means the weights themselves (the fingerprint) reads them row by row
// through here. Nothing here computes with values: narrow.h makes the narrow ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "encoder/model/spec.h"

namespace sbert::encoder {

// Bytes of one element.
size_t dtype_bytes(DType dtype);

// Bytes of a tensor of this shape, panels' padding included. REQUIRES: check_spec() holds for the
// shape; two extents for kPanels.
uint64_t layout_bytes(const std::vector<int64_t> &shape, DType dtype, Layout layout);

// Row `i` of a tensor of two extents, or the whole of one with another rank (i = 0):
// elements of the tensor's type, one after another, nothing between or behind them.
//   out  (row_bytes()) aligned for the type
void copy_row(const Tensor &tensor, int64_t i, void *out);
int64_t row_count(const Tensor &tensor);
size_t row_bytes(const Tensor &tensor);

// False when a byte that fills up the panels, beyond the last row or the last column, is not zero.
// Such bytes change no result, but are not what was written.
bool padding_is_zero(const Tensor &tensor);

// A matrix in panels of its type.
//   rows    (N, K)  elements of `dtype`, row-major, aligned for the type
//   result  layout_bytes({N, K}, dtype, kPanels)
std::vector<std::byte> to_panels(const void *rows, size_t N, size_t K, DType dtype);

} // namespace sbert::encoder
