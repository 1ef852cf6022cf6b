// One version of a classifier, read from the tables of sql/sbert/classifiers.sql into memory.
//
// It is read as the current user, whose rights the tables' policies hold. What they store may be
// hand-made by any user: nothing of it is believed before it was checked.
#pragma once

#include "extension/pg.h"

namespace sbert {

// K labels over vectors of C dimensions. All that it points to lies in one memory context.
struct Classifier {
    char *name; // as stored, in the database's encoding
    int32 version;
    int dimensions; // C, 1 ... kDenseMaxDim
    int n_labels;   // K, at least 1
    bool multilabel;
    float *weights;     // (K, C) finite, 64-byte aligned
    float *panels;      // the same as kernels::linear() takes them, 64-byte aligned, finite
    float *intercepts;  // (K) finite
    float *thresholds;  // (K) finite; null unless multilabel
    double temperature; // finite, above 0
    text **labels;      // (K) sorted by bytes, no two the same, plain (never compressed or short)
    const char *model;  // "name@fingerprint", or null: texts cannot be classified
    const char *prompt; // as embed() takes it, or null: the model's default
};

// The version that `name` means: "name" the newest one, "name@version" that one; as the current
// user sees it under the active snapshot. In the current memory context, about 8 K C bytes.
// Raises undefined_object where there is none and where the user has no right to it, so that nobody
// learns that it exists; data_corrupted where what is stored cannot be a classifier.
Classifier *classifier_load(const char *name);

// The logits of one vector, w x + b in float, into out (K). x has C elements. Cannot fail; too
// large a sum is infinite or NaN.
void classifier_logits(const Classifier *classifier, const float *x, float *out);

// Raises the error of a classifier that does not exist.
[[noreturn]] void report_no_classifier(const char *name);

} // namespace sbert
