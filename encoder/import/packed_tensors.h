// The tensors of a published model as the packed file holds them: in the model's precision
// (narrow.h) and in the layout of its products (layout.h).
#pragma once

#include <cstddef>
#include <vector>

#include "encoder/model/spec.h"
#include "encoder/stop_flag.h"

namespace sbert::encoder {

// Owns what is made anew, refers to the rest.
class PackedTensors {
  public:
    // REQUIRES: `published` are exactly the published_tensors() of `spec`; their memory outlives
    // this object. Throws Error: kModelInvalid naming the tensor whose values are
    // too large for the precision; kInterrupted.
    PackedTensors(const ModelSpec &spec, const std::vector<Tensor> &published, StopFlag stop = {});

    // Exactly required_tensors(spec), in its order.
    const std::vector<Tensor> &tensors() const { return tensors_; }

  private:
    std::vector<Tensor> tensors_;
    std::vector<std::vector<std::byte>> made_; // a moved vector's elements stay where they are
};

} // namespace sbert::encoder
