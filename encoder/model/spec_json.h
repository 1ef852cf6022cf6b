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

// The inverse. `source` is the file's name for messages. Throws Error(kModelInvalid); the result
// has passed check_spec().
ModelSpec spec_from_json(std::string_view text, const std::string &source);

// The same with the card as one more member, "card", which the fingerprint leaves out; it is absent
// where the card is empty.
struct Metadata {
    ModelSpec spec;
    ModelCard card;
};
std::string metadata_to_json(const ModelSpec &spec, const ModelCard &card);
Metadata metadata_from_json(std::string_view text, const std::string &source);

// A part of it: a tokenizer of components. What is read has not passed check_spec().
std::string components_to_json(const components::ComponentsSpec &spec);
components::ComponentsSpec components_from_json(const JsonValue &value);

} // namespace sbert::encoder
