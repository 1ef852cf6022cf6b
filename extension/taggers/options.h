// The options of sbert.train_tagger.
#pragma once

#include "extension/pg.h"

namespace sbert {

// By tagging::Strength.
inline constexpr const char *kTaggerStrengths[] = {"light", "medium", "strong"};

struct TaggerOptions {
    char *model;  // null: the default model
    int n_layers; // 0: a learned mix of all
    int *layers;  // ascending; they stand side by side
    bool softmax; // instead of a chain
    int context;  // 1: neighbouring sentences are read too, 0: not, -1: as the query is ordered
    int epochs;
    int strength;    // of tagging::Strength, or -1: the best one is searched
    double holdout;  // the share of rows on which the quality is measured; 0: it is not
    int least_count; // of a lexical feature
    int keep_rows;   // sentences that are stored for update_tagger
    bool refuse_nulls;
};

// Adds the arguments model and layers to the options if they are not null.
Jsonb *tagger_arguments(FunctionCallInfo fcinfo, int model, int layers, Jsonb *json);

// Reads the options into the current memory context.
TaggerOptions tagger_options(Jsonb *json);

} // namespace sbert
