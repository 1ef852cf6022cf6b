// This access method under another name: the handler of another module hands out our verbs, with
// storage parameters of its own, and says what recall its settings ask for. extension/vector does
// so for `hnsw` and `ivfflat`.
//
// Such a module is not linked with this one: it finds sbert_ivf_face() by load_external_function().
#pragma once

#include "extension/pg.h"

namespace sbert::ivf {

struct Face {
    amoptions_function options; // its storage parameters; also what tells whose an index is
    // The recall that a scan of the index aims at while sbert.target_recall is 0; 0 where the
    // module's settings ask for none.
    double (*target_recall)(Relation index);
    Face *next; // of faces_add()
};

// Keeps the face, unless it is known already.
void faces_add(Face *face);

// What the index's face asks for; 0 where it asks for nothing, and for our own indexes.
double face_recall(Relation index);

} // namespace sbert::ivf

// A routine of our verbs with the face's storage parameters, allocated as a handler has to. The
// face lives as long as the process.
extern "C" PGDLLEXPORT IndexAmRoutine *sbert_ivf_face(sbert::ivf::Face *face);
