// What a training was asked for: the options of sbert.train_classifier.
#pragma once

#include "extension/pg.h"

namespace sbert {

struct TrainOptions {
    char *model;  // that embeds texts; for vectors: that they come from; null: not told
    char *prompt; // of that model; null: its default
    int n_penalties;
    double *penalties;    // strongest first
    bool own_penalties;   // not the default ones
    int folds;            // -1: by the number of rows
    double holdout;       // the share of rows; 0: folds
    bool balanced;        // class weights by the labels' rows
    Jsonb *class_weights; // {label: weight} or null
    bool refuse_nulls;    // else rows with a null are skipped
    int keep_rows;        // that are stored for update_classifier
    int max_iterations;   // of a fit
};

// The options with the arguments model, prompt and folds, from `first` on, that are not null.
// Raises an SQL error for what is given in both places.
Jsonb *train_arguments(FunctionCallInfo fcinfo, int first, Jsonb *json);

// Raises an SQL error for what is not known or out of range. All in the current memory context.
TrainOptions train_options(Jsonb *json);

// The weight of a label; 1 where the option names another one alone.
double class_weight(const TrainOptions &options, const char *label);

} // namespace sbert
