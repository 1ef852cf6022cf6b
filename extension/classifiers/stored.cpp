#include <algorithm>
#include <cmath>
#include <cstring>

#include "extension/classifiers/stored.h"

namespace sbert {

namespace {

// Compares like memcmp(). A shorter text comes before longer ones that begin with it.
int compare_bytes(const text *a, const text *b)
{
    const size_t a_length = VARSIZE_ANY_EXHDR(a);
    const size_t b_length = VARSIZE_ANY_EXHDR(b);
    const int order = std::memcmp(VARDATA_ANY(a), VARDATA_ANY(b), std::min(a_length, b_length));
    return order != 0 ? order : (a_length > b_length) - (a_length < b_length);
}

bool all_finite(const Vector *v)
{
    return std::all_of(v->x, v->x + v->dim, [](float x) { return std::isfinite(x); });
}

} // namespace

StoredArray stored_array(const LearnedVersion *version, const char *column, Datum array, int count)
{
    ArrayType *stored = DatumGetArrayTypeP(array);
    int16 length;
    bool by_value;
    char align;
    get_typlenbyvalalign(ARR_ELEMTYPE(stored), &length, &by_value, &align);
    if (ARR_NDIM(stored) == 0)
        report_damaged(version, psprintf("%s is empty", column));
    if (ARR_NDIM(stored) != 1)
        report_damaged(version, psprintf("%s must be an array of one dimension, not %d", column,
                                         ARR_NDIM(stored)));
    if (array_contains_nulls(stored))
        report_damaged(version, psprintf("%s holds a null", column));
    StoredArray result;
    deconstruct_array(stored, ARR_ELEMTYPE(stored), length, by_value, align, &result.elements,
                      nullptr, &result.count);
    if (count != -1 && result.count != count)
        report_damaged(version,
                       psprintf("%s has %d elements, labels has %d", column, result.count, count));
    return result;
}

void check_labels(const LearnedVersion *version, const StoredArray &labels)
{
    for (int i = 1; i < labels.count; i++)
        if (compare_bytes(DatumGetTextPP(labels.elements[i - 1]),
                          DatumGetTextPP(labels.elements[i])) >= 0)
            report_damaged(version,
                           psprintf("label \"%s\" is not sorted by bytes or is there twice",
                                    TextDatumGetCString(labels.elements[i])));
}

int check_weights(const LearnedVersion *version, const StoredArray &weights)
{
    const int dim = stored_vector(weights.elements[0])->dim;
    for (int i = 0; i < weights.count; i++) {
        const Vector *v = stored_vector(weights.elements[i]);
        if (v->dim != dim)
            report_damaged(version,
                           psprintf("weights has vectors of %d and of %d dimensions", dim, v->dim));
        if (dim < 1 || dim > kDenseMaxDim ||
            VARSIZE(v) != offsetof(Vector, x) + sizeof(float) * static_cast<Size>(dim) ||
            !all_finite(v))
            report_damaged(version, "weights holds what is no vector");
    }
    return dim;
}

void check_reals(const LearnedVersion *version, const char *column, const StoredArray &reals)
{
    for (int i = 0; i < reals.count; i++)
        if (!std::isfinite(DatumGetFloat4(reals.elements[i])))
            report_damaged(version,
                           psprintf("%s holds %g", column,
                                    static_cast<double>(DatumGetFloat4(reals.elements[i]))));
}

void check_temperature(const LearnedVersion *version, double temperature)
{
    if (!std::isfinite(temperature) || temperature <= 0)
        report_damaged(version, psprintf("its temperature is %g", temperature));
}

} // namespace sbert
