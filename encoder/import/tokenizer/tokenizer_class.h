// What the classes of the transformers library make of a vocabulary: the components that they put
// around it, whatever a tokenizer.json says of those.
// (transformers 5.23, models/*/tokenization_*.py, checked by tests/golden/classes_check.py)
#pragma once

#include "encoder/import/tokenizer/tokenizer_config.h"
#include "encoder/import/tokenizer/tokenizer_json.h"

namespace sbert::encoder {

// Gives a tokenizer the components, the unknown piece and the special tokens of the settings'
// class. `json` is the tokenizer.json that `file` was read from. REQUIRES: a class that is built
// here (neither kAsInFile nor kBert). Throws Error: kModelInvalid; kModelUnsupported on a model of
// another kind than the class's.
void apply_tokenizer_class(const TokenizerSettings &settings, const JsonValue &json,
                           int64_t id_limit, TokenizerFile &file);

// The same from the files that the class was first published with, in `folder`. Throws Error:
// kModelInvalid; kModelUnsupported naming what is missing; kIo.
TokenizerFile read_class_files(const TokenizerSettings &settings, const std::string &folder,
                               int64_t id_limit);

} // namespace sbert::encoder
