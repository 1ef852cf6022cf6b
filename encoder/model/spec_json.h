// A ModelSpec as canonical JSON and back: a part of every fingerprint and, with what the model's
// card tells, the metadata of a packed file. spec_fields.h lists what is written.
#pragma once

#include <string>
#include <string_view>

#include "encoder/model/json.h"
#include "encoder/model/spec.h"

namespace sbert::encoder {

// Keys sorted, no spaces, every field present but the options of spec_fields.h that say nothing:
// equal specs give equal bytes on every machine. A change of this text changes every fingerprint
// and needs a new kPackedVersion.
std::string spec_to_json(const ModelSpec &spec);

// The same with the card as one more member, "card", which the fingerprint leaves out; it is absent
// where the card is empty.
struct Metadata {
    ModelSpec spec;
    ModelCard card;
};
std::string metadata_to_json(const ModelSpec &spec, const ModelCard &card);
// The inverse. `source` is the file's name for messages. Throws Error(kModelInvalid); the result
// has passed check_spec().
Metadata metadata_from_json(std::string_view text, const std::string &source);

// A part of it: the tokenizer. What is read has not passed check_spec().
std::string tokenizer_to_json(const TokenizerSpec &spec);
TokenizerSpec tokenizer_from_json(const JsonValue &value);

} // namespace sbert::encoder
