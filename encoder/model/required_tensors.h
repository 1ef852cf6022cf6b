// The tensors that a model needs: one list, used by the importer and by the reader of packed files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "encoder/model/spec.h"

namespace sbert::encoder {

struct TensorSpec {
    std::string name;
    std::vector<int64_t> shape;
    Layout layout; // in the packed file; published tensors are all in rows
};

// In the order of use; no name twice. Names of the transformer are those of the transformers
// library without "bert.". REQUIRES: `spec` has passed check_spec() (spec_json.h), which makes
// every product of two extents fit 64 bits.
std::vector<TensorSpec> required_tensors(const ModelSpec &spec);

// Throws Error(kModelInvalid) naming `source` and the tensor unless `tensors` hold each required
// one once, with its shape and size, and nothing else. The values are not looked at.
void check_tensors(const ModelSpec &spec, const std::vector<Tensor> &tensors,
                   const std::string &source);

// "[384, 1536]", for messages.
std::string shape_text(const std::vector<int64_t> &shape);

} // namespace sbert::encoder
