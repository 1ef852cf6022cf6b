// Checks the contents of a value of type sbert.classifier, because any user may have written it.
//
// If something is wrong, every function raises data_corrupted with the name of the classifier and
// the reason. `column` is the name of the attribute.
#pragma once

#include "extension/learned/version.h"
#include "extension/types/dense.h"

namespace sbert {

// The elements of an array of one dimension without nulls. Elements that are passed by reference
// point into the array. It must have `count` elements, or at least 1 if `count` is -1.
struct StoredArray {
    Datum *elements;
    int count;
};
StoredArray stored_array(const LearnedVersion *version, const char *column, Datum array, int count);

// Checks that the labels are sorted by bytes and all different.
void check_labels(const LearnedVersion *version, const StoredArray &labels);

// Checks that the vectors are finite and have the same number of dimensions, which it returns.
int check_weights(const LearnedVersion *version, const StoredArray &weights);

// Checks that the numbers of type real are finite.
void check_reals(const LearnedVersion *version, const char *column, const StoredArray &reals);

// Checks that the temperature, which divides the logits, is finite and positive.
void check_temperature(const LearnedVersion *version, double temperature);

// The vector of an element of check_weights().
inline const Vector *stored_vector(Datum element)
{
    return reinterpret_cast<const Vector *>(DatumGetPointer(element));
}

} // namespace sbert
