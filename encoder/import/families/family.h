// The families of encoders that can be imported: README.md of this folder shows how to add one.
#pragma once

#include <string>
#include <string_view>

#include "encoder/import/families/tensor_names.h"
#include "encoder/model/json.h"
#include "encoder/model/spec.h"

namespace sbert::encoder {

// One family, by the model_type of its config.json.
struct Family {
    std::string_view model_type;
    // Fills in what config.json says, and tells the published names of the tensors that
    // required_tensors.h calls differently. `max_positions` is replaced by the rows of the position
    // table later, where there is one. Throws Error: kModelInvalid; kModelUnsupported naming the
    // switch that is not honoured.
    void (*read)(const JsonValue &config, TransformerSpec &spec, TensorNames &names);
    // Where the family was first published with Python code of its own: the class in it that
    // nn/transformer takes the place of. Empty: auto_map is refused.
    std::string_view own_class = {};
};

// What config.json says of a transformer.
struct TransformerConfig {
    TransformerSpec spec;
    TensorNames names;
};

// Reads it as the family of its model_type does. Throws Error: what Family::read throws;
// kModelUnsupported for another model_type, and for what no family has: a decoder, quantised
// weights, code of its own (auto_map).
TransformerConfig read_transformer_config(const JsonValue &config);

// Throws Error(kModelUnsupported) when a configuration names Python code to run, unless each of the
// classes that it names is `own_class`, or one that this is the beginning of ("GteModel" and, for
// heads that are not read, "GteForMaskedLM": "Gte").
void refuse_custom_code(const JsonValue &config, std::string_view own_class = {});

} // namespace sbert::encoder
