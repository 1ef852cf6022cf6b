// The models of this backend: from a name to an open encoder, once for each name.
#pragma once

#include "encoder/encoder.h"
#include "encoder/model/store.h"
#include "extension/pg.h"

namespace sbert {

// An open model. Lives as long as the backend: a name never changes its model while a backend runs,
// even if the file was replaced meanwhile.
struct Model {
    char name[encoder::kMaxModelName + 1]; // without a fingerprint
    encoder::Encoder *encoder;
    int dimensions; // at most kDenseMaxDim
    Model *next;
};

// The open model of `name` ("name" or "name@fingerprint"), opening it at first use. Raises an SQL
// error: bad name, unknown name, another fingerprint, broken file, more dimensions than a vector
// has.
const Model *model_get(const char *name);

// The model of an SQL function whose optional argument `n` names it; sbert.default_model where it
// has none.
const Model *model_arg(FunctionCallInfo fcinfo, int n);

// Where this server's models lie, as the encoder's store takes them.
struct ModelPlaces {
    char share_dir[MAXPGPATH];
    const char *extra;
};
ModelPlaces model_places_of_server();

// Tells the log which of them are passed over, and why (encoder::place_refusal()).
void log_refused_places(const ModelPlaces &places);

// Gives back the scratch memory of all open models; discard_init(), called once by _PG_init, lets
// DISCARD ALL do it.
void models_release_memory();
void discard_init();

// Whether the current user may be told paths of the server: who may read its files anyway.
bool may_see_paths();

} // namespace sbert
