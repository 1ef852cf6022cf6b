// A version of a tagger in memory, which is loaded from a value of type sbert.tagger.
#pragma once

#include "extension/learned/kind.h"
#include "extension/tagging/tagger.h"

namespace sbert {

struct LoadedTagger {
    char *name; // of its table
    int32 version;
    // Belongs to the same memory context. It keeps scratch from call to call, so it is not const.
    tagging::Tagger *tagger;
    text **labels;           // (types) plain
    const char *model;       // "name@fingerprint"
    Jsonb *options, *report; // as they are stored, or null
};

// The kind of a tagger's table. Its column "tagger" holds versions, and other columns the sentences
// that are kept for sbert.update_tagger().
extern const LearnedKind kTagger;

} // namespace sbert
