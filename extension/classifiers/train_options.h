// The options of sbert.train_classifier.
#pragma once

#include "extension/pg.h"

namespace sbert {

struct TrainOptions {
    // The model that embeds texts, or that vectors come from; null if none was named.
    char *model;
    // A prompt of that model; null for its default.
    char *prompt;
    int n_penalties;
    double *penalties;  // strongest first
    bool own_penalties; // whether the penalties are not the default ones
    // The number of folds, or -1 to choose it by the number of rows.
    int folds;
    // The share of rows that is held out, or 0 to use folds.
    double holdout;
    bool balanced;        // whether class weights follow the rows of each label
    Jsonb *class_weights; // {label: weight} or null
    bool refuse_nulls;    // whether a row with a null is an error instead of being skipped
    int keep_rows;        // number of rows that are stored for update_classifier
    int max_iterations;   // of a fit
};

// Adds the arguments model, prompt and folds, from number `first` on, to the options if they are
// not null. Raises an SQL error if an option is given in both places.
Jsonb *train_arguments(FunctionCallInfo fcinfo, int first, Jsonb *json);

// Reads the options into the current memory context. Raises an SQL error for an unknown option or a
// value out of range.
TrainOptions train_options(Jsonb *json);

// The weight of a label; 1 if the option does not name it.
double class_weight(const TrainOptions &options, const char *label);

} // namespace sbert
