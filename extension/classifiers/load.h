// A version of a classifier in memory, which is loaded from a value of type sbert.classifier.
#pragma once

#include "extension/learned/kind.h"

namespace sbert {

// K labels over vectors of C dimensions.
struct Classifier {
    char *name; // of its table
    int32 version;
    int dimensions;    // C, 1 ... kDenseMaxDim
    int n_labels;      // K, at least 1
    float *weights;    // (K, C) finite, 64-byte aligned
    float *panels;     // the weights as kernels::linear() takes them, 64-byte aligned
    float *intercepts; // (K) finite
    // (K) finite; null if a row has one label instead of a set.
    float *thresholds;
    double temperature; // finite, above 0
    // (K) sorted by bytes and all different; plain, that is, never compressed or short.
    text **labels;
    // "name@fingerprint"; null if texts cannot be classified.
    const char *model;
    // A prompt as embed() takes it; null for the model's default.
    const char *prompt;
    Jsonb *options, *report; // as they are stored, or null
};

// The kind of a classifier's table. Its column "classifier" holds versions, and other columns the
// rows that are kept for sbert.update_classifier().
extern const LearnedKind kClassifier;

// Writes the logits of one vector, w x + b in float, to out (K). x has C elements. Cannot fail; a
// sum that overflows is infinite or NaN.
void classifier_logits(const Classifier *classifier, const float *x, float *out);

} // namespace sbert
