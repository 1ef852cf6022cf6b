// The models of this backend. Each name is opened once.
#pragma once

#include "encoder/encoder.h"
#include "encoder/model/store.h"
#include "extension/pg.h"

namespace sbert {

// An open model. It lives as long as the backend. A name never changes its model while a backend
// runs, even if the file is replaced.
struct Model {
    char name[encoder::kMaxModelName + 1]; // without a fingerprint
    encoder::Encoder *encoder;
    int dimensions; // of a vector; with a head, the number of its outputs
    Model *next;
};

// What a caller wants of a model (spec().head): one that gives something else is refused.
enum class Gives {
    kTokenIds,     // every model
    kVector,       // of a text, with at most kDenseMaxDim dimensions
    kSparseVector, // of a text
    kTextLabels,   // scores of labels for a text
    kPairLabels,   // scores of labels for a pair of texts
    kPairScore,    // one score for a pair of texts
    kTokenLabels,  // scores of labels for each token of a text
};

// Writes a better hint for a name that no model has, or returns null. `name` is what the user gave.
using OtherHint = const char *(*)(const char *name);

// The open model of `name` ("name" or "name@fingerprint"), which is opened at first use. Raises an
// SQL error for a bad or unknown name, another fingerprint, a broken file, or a model that gives
// something else.
const Model *model_get(const char *name, Gives wanted, OtherHint other = nullptr);

// The same for sbert.default_model.
const Model *model_default(Gives wanted);

// The model of an SQL function whose optional argument `n` names it, or sbert.default_model.
const Model *model_arg(FunctionCallInfo fcinfo, int n, Gives wanted, OtherHint other = nullptr);

// How a call came to its model.
enum class Named { kByCall, kByDefault };

// Raises wrong_object_type, with a hint at what to do, unless the model gives what is wanted
// (gives.cpp).
void check_gives(const Model *model, Gives wanted, Named named);

// The folders of this server's models, in the form that the encoder's store takes.
struct ModelPlaces {
    char share_dir[MAXPGPATH];
    const char *extra;
};
ModelPlaces model_places_of_server();

// Writes to the log which of the folders are skipped, and why (encoder::place_refusal()).
void log_refused_places(const ModelPlaces &places);

// models_release_memory() frees the scratch memory of all open models. discard_init(), which
// _PG_init calls once, makes DISCARD ALL call it.
void models_release_memory();
void discard_init();

// Whether the current user may see paths of the server, because the user may read its files anyway.
bool may_see_paths();

} // namespace sbert
