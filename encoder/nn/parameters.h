// Looks up a model's tensors by name, with the shapes that a layer needs.
//
// Pointers lead into the memory behind the ModelView, which must outlive the layers. Opening the
// packed file has checked it (model/packed.h), so a missing tensor here is a bug of ours. It still
// throws Error(kModelInvalid).
#pragma once

#include <string>

#include "encoder/model/spec.h"

namespace sbert::encoder {

// The weights of y = x W^T + b. kernels/linear.h, linear_bf16.h and linear_int8.h describe the
// panels of each precision.
struct LinearWeights {
    DType dtype = DType::kF32;
    const void *panels = nullptr;
    const float *bias = nullptr;   // (N) or null
    const float *scale = nullptr;  // (N), 8 bits only
    const float *sum = nullptr;    // (N), 8 bits only
    const float *smooth = nullptr; // (K), 8 bits only, or null
    size_t N = 0;
    size_t K = 0;
};

struct NormWeights {
    const float *gamma = nullptr; // (C)
    const float *beta = nullptr;  // (C) or null
};

// A table whose rows are looked up, such as the word vectors.
struct TableWeights {
    DType dtype = DType::kF32;
    const void *values = nullptr; // (rows, C)
    const float *scale = nullptr; // (rows), 8 bits only
};

class Parameters {
  public:
    explicit Parameters(const ModelView &model) : model_(model) {}

    const float *vector(const std::string &name, int64_t n) const;
    // A row-major f32 table (rows, columns).
    const float *table(const std::string &name, int64_t rows, int64_t columns) const;
    // "<name>.weight" (rows, C) in the model's precision.
    TableWeights words(const std::string &name, int64_t rows, int64_t C) const;
    // "<name>.weight" (N, K) in f32 panels and, if asked for, "<name>.bias" (N).
    LinearWeights linear(const std::string &name, int64_t N, int64_t K, bool bias) const;
    // Like linear(), in the model's precision. In 8 bits, products that follow a norm also have
    // factors for their input (kernels/linear_int8.h).
    LinearWeights product(const std::string &name, int64_t N, int64_t K, bool bias) const;
    // "<name>.weight" and, if asked for, "<name>.bias", both (C).
    NormWeights norm(const std::string &name, int64_t C, bool bias) const;

  private:
    bool has(const std::string &name) const;
    const Tensor &find(const std::string &name, const std::vector<int64_t> &shape, DType dtype,
                       Layout layout) const;

    ModelView model_;
};

} // namespace sbert::encoder
