// A ModelSpec as canonical JSON and back: a part of every fingerprint and, with what the model's
// card tells, the metadata of a packed file.
#pragma once

#include <string>
#include <string_view>

#include "encoder/model/spec.h"

namespace sbert::encoder {

// Keys sorted, no spaces, every field present but those of the transformer that have BERT's value
// (transformer_json.h), prompts and the pooling's include_prompt where they say nothing: equal
// specs give equal bytes on every machine. A change of this text changes every fingerprint and
// needs a new kPackedVersion.
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

// Throws Error(kModelInvalid) naming `source` unless the spec can be run: sizes positive and within
// limits, heads divide the width, exactly one pooling, widths that agree from the transformer to
// the end, no name twice, every token id below the rows of the word table, limits within the
// position table, prompts in UTF-8 within the limits of prompts.h, the default one among them.
void check_spec(const ModelSpec &spec, const std::string &source);

} // namespace sbert::encoder
