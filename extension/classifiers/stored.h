// What a value of type sbert.classifier holds, checked: any user may have written it.
//
// Every function raises data_corrupted, which names the classifier and what is wrong, or returns
// what is sound. `column` tells which attribute it is.
#pragma once

#include "extension/learned/version.h"
#include "extension/types/dense.h"

namespace sbert {

// Elements of an array of one dimension without nulls; they point into it where they are passed by
// reference. `count` of them, or any number from 1 on where it is -1.
struct StoredArray {
    Datum *elements;
    int count;
};
StoredArray stored_array(const LearnedVersion *version, const char *column, Datum array, int count);

// Labels: texts sorted by bytes, no two the same.
void check_labels(const LearnedVersion *version, const StoredArray &labels);

// Vectors, at least one, all of the same dimensions, which are returned, and finite.
int check_weights(const LearnedVersion *version, const StoredArray &weights);

// Finite numbers of type real.
void check_reals(const LearnedVersion *version, const char *column, const StoredArray &reals);

// Scores are logits over it.
void check_temperature(const LearnedVersion *version, double temperature);

// The vector of an element of check_weights().
inline const Vector *stored_vector(Datum element)
{
    return reinterpret_cast<const Vector *>(DatumGetPointer(element));
}

} // namespace sbert
