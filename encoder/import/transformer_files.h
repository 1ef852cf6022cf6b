// The transformer of a model directory: config.json and the weights beside it.
#pragma once

#include <string>

#include "encoder/import/weights.h"
#include "encoder/model/spec.h"

namespace sbert::encoder {

// Reads `folder`/config.json as the family of its model_type does (families/family.h), and adds the
// transformer's tensors to `weights`. Throws Error: kModelInvalid, kModelUnsupported, kIo;
// std::bad_alloc. What it gives has not passed check_spec().
TransformerSpec read_transformer_files(const std::string &folder, Weights &weights);

} // namespace sbert::encoder
