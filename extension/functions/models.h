// The models of this backend: from a name to an open encoder, once for each name.
#pragma once

#include "encoder/encoder.h"
#include "extension/pg.h"

namespace sbert {

// Room for a name with its fingerprint ("name@" and 64 digits) and a zero byte.
inline constexpr size_t kModelNameBytes = 256;

// An open model. Lives as long as the backend: a name never changes its model while a backend runs,
// even if the file was replaced meanwhile.
struct Model {
    char name[kModelNameBytes]; // as it was asked for
    encoder::Encoder *encoder;
    int dimensions;
    Model *next;
};

// The open model of `name`, opening it at first use. Raises an SQL error: unknown name, bad name,
// broken file.
const Model *model_get(const char *name);

// The model of an SQL function whose optional argument `n` names it; sbert.default_model where it
// has none.
const Model *model_arg(FunctionCallInfo fcinfo, int n);

// Where this server's models lie, colon-separated paths as the encoder's store takes them.
struct ModelPlaces {
    char share_dir[MAXPGPATH];
    const char *extra;
};
ModelPlaces model_places_of_server();

} // namespace sbert
