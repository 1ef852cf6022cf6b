// How a tensor's values lie in memory: as published, or in panels for the products
// (kernels/linear.h).
//
// The packed file holds every weight of a product in panels, so that a backend uses it as it is
// mapped. Everything that means the weights themselves (the fingerprint) reads them row by row
// through here.
#pragma once

#include <cstdint>
#include <vector>

#include "encoder/model/spec.h"

namespace sbert::encoder {

// Bytes of a tensor of this shape. REQUIRES: check_spec() holds for the shape; two extents for
// kPanels.
uint64_t layout_bytes(const std::vector<int64_t> &shape, Layout layout);

// Row `i` of a tensor of two extents, or the whole of one with another rank (i = 0).
//   out  (last extent, or all values)
void copy_row(const Tensor &tensor, int64_t i, float *out);
int64_t row_count(const Tensor &tensor);
int64_t row_width(const Tensor &tensor);

// False when a value that fills up the last panel is not zero. Such values change no result, but
// are not what was written.
bool padding_is_zero(const Tensor &tensor);

// The tensors of a published model in the packed file's layout. Owns what it lays out anew, refers
// to the rest.
class PackedTensors {
  public:
    // REQUIRES: `published` are exactly required_tensors(spec), in rows; their memory outlives this
    // object.
    PackedTensors(const ModelSpec &spec, const std::vector<Tensor> &published);

    const std::vector<Tensor> &tensors() const { return tensors_; }

  private:
    std::vector<Tensor> tensors_;
    std::vector<std::vector<float>> panels_;
};

} // namespace sbert::encoder
