// config.json of a BERT model, as the transformers library writes it.
#pragma once

#include "encoder/model/json.h"
#include "encoder/model/spec.h"

namespace sbert::encoder {

// Reads the sizes; `max_positions` is what the file says and is replaced by the rows of the
// position table later. Throws Error: kModelInvalid; kModelUnsupported for another model_type,
// other positions than absolute, an unknown activation, a decoder, quantised weights, or code of
// its own (auto_map).
BertSpec read_bert_config(const JsonValue &config);

// Throws Error(kModelUnsupported) when a configuration names Python code to run.
void refuse_custom_code(const JsonValue &config);

} // namespace sbert::encoder
