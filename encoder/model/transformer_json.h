// A TransformerSpec as canonical JSON and back: a part of spec_json.h.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "encoder/model/json.h"
#include "encoder/model/spec.h"

namespace sbert::encoder {

// What every encoder has, and of the rest what differs from a TransformerSpec{}.
nlohmann::json transformer_to_json(const TransformerSpec &spec);

// The inverse; throws Error(kModelInvalid). What it gives has not passed check_spec().
TransformerSpec transformer_from_json(const JsonValue &value);

} // namespace sbert::encoder
