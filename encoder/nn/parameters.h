// Looking up a model's tensors by name, with the shapes that a layer needs.
//
// Pointers lead into the memory behind the ModelView, which must outlive the layers. The packed
// file has been checked at open (model/packed.h), so a miss here is a bug of ours: it throws
// Error(kModelInvalid) all the same.
#pragma once

#include <string>

#include "encoder/model/spec.h"

namespace sbert::encoder {

// y = x W^T + b. `panels` as kernels/linear.h lays them out; `bias` (N) or null.
struct LinearWeights {
    const float *panels = nullptr;
    const float *bias = nullptr;
    size_t N = 0;
    size_t K = 0;
};

struct NormWeights {
    const float *gamma = nullptr; // (C)
    const float *beta = nullptr;  // (C)
};

class Parameters {
  public:
    explicit Parameters(const ModelView &model) : model_(model) {}

    // A row-major table (rows, columns).
    const float *table(const std::string &name, int64_t rows, int64_t columns) const;
    const float *vector(const std::string &name, int64_t n) const;
    // "<name>.weight" (N, K) in panels and, if asked for, "<name>.bias" (N).
    LinearWeights linear(const std::string &name, int64_t N, int64_t K, bool bias) const;
    // "<name>.weight" and "<name>.bias", both (C).
    NormWeights norm(const std::string &name, int64_t C) const;

  private:
    const Tensor &find(const std::string &name, const std::vector<int64_t> &shape,
                       Layout layout) const;

    ModelView model_;
};

} // namespace sbert::encoder
