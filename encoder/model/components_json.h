// A tokenizer of components (tokenizer/spec.h) as canonical JSON and back: a part of the
// metadata of a packed file, and so of the fingerprint.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "encoder/model/json.h"
#include "encoder/tokenizer/spec.h"

namespace sbert::encoder {

// Keys sorted, every field present: equal specs give equal text.
nlohmann::json components_to_json(const components::ComponentsSpec &spec);

// The inverse. Throws Error(kModelInvalid) naming the field. Ids are below `id_limit`; a charsmap's
// place is not checked here.
components::ComponentsSpec components_from_json(const JsonValue &value, int64_t id_limit);

// One added token, which both kinds of tokenizers have.
nlohmann::json added_token_to_json(const AddedToken &token);
AddedToken added_token_from_json(const JsonValue &value, int64_t id_limit);

} // namespace sbert::encoder
