// One version of a classifier in memory, made of a value of type sbert.classifier.
#pragma once

#include "extension/learned/kind.h"

namespace sbert {

// K labels over vectors of C dimensions.
struct Classifier {
    char *name; // of its table
    int32 version;
    int dimensions;     // C, 1 ... kDenseMaxDim
    int n_labels;       // K, at least 1
    float *weights;     // (K, C) finite, 64-byte aligned
    float *panels;      // the same as kernels::linear() takes them, 64-byte aligned, finite
    float *intercepts;  // (K) finite
    float *thresholds;  // (K) finite; null: a row has one label, not a set
    double temperature; // finite, above 0
    text **labels;      // (K) sorted by bytes, no two the same, plain (never compressed or short)
    const char *model;  // "name@fingerprint", or null: texts cannot be classified
    const char *prompt; // as embed() takes it, or null: the model's default
    Jsonb *options, *report; // as they are stored, or null
};

// Its table: versions in the column "classifier", and the rows of a training that are kept for
// sbert.update_classifier().
extern const LearnedKind kClassifier;

// The logits of one vector, w x + b in float, into out (K). x has C elements. Cannot fail; too
// large a sum is infinite or NaN.
void classifier_logits(const Classifier *classifier, const float *x, float *out);

} // namespace sbert
