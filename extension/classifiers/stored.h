// What the columns of sbert.classifier_version hold, checked: any user may have written them.
//
// Every function raises data_corrupted, which names the classifier and what is wrong, or returns
// what is sound. `row` tells whose columns they are, `column` which.
#pragma once

#include "extension/pg.h"
#include "extension/types/dense.h"

namespace sbert {

struct StoredVersion {
    const char *name;
    int32 version;
};

[[noreturn]] void report_damaged(const StoredVersion &row, const char *what);

// Elements of an array of one dimension without nulls; they point into it where they are passed by
// reference. `count` of them, or any number from 1 on where it is -1.
struct StoredArray {
    Datum *elements;
    int count;
};
StoredArray stored_array(const StoredVersion &row, const char *column, Datum array, int count);

// Labels: texts sorted by bytes, no two the same.
void check_labels(const StoredVersion &row, const StoredArray &labels);

// Vectors, at least one, all of the same dimensions, which are returned, and finite.
int check_weights(const StoredVersion &row, const StoredArray &weights);

// Finite numbers of type real.
void check_reals(const StoredVersion &row, const char *column, const StoredArray &reals);

// Scores are logits over it.
void check_temperature(const StoredVersion &row, double temperature);

// The vector of an element of check_weights().
inline const Vector *stored_vector(Datum element)
{
    return reinterpret_cast<const Vector *>(DatumGetPointer(element));
}

} // namespace sbert
