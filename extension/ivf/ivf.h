// The access method's own state and the steps that several of its verbs share. disk.h has what lies
// on pages.
#pragma once

#include <algorithm>

#include "encoder/kernels/binary_codes.h"
#include "encoder/kernels/scalar_codes.h"
#include "extension/ann/metric.h"
#include "extension/ivf/disk.h"

namespace sbert::ivf {

// What an operator class says of its type and metric (support function 1).
struct TypeSupport {
    ann::Metric metric;
    // Number of elements; the elements as floats into out (that many). May detoast.
    int (*dimensions)(Datum value);
    void (*to_floats)(Datum value, float *out);
    // A value of so many of to_floats()'s elements, in the current memory context.
    Datum (*from_floats)(const float *x, int dimensions);
    // Distance as the operator gives it, from the key (ann/metric.h).
    double (*distance)(float key);
};
// Of the index's operator class; ERRCODE_INVALID_OBJECT_DEFINITION where its support function is
// none of ours, or is for another type.
const TypeSupport *type_support(Relation index);
// Whether the function may be support function 1 of a class for this type.
bool is_support_of(Oid function, Oid type);

// Storage parameters.
struct Options {
    int32 vl_len_;
    double target_recall; // 0.95
    int refine_bits;      // 8; 4
};

// The index as a backend remembers it, in rd_amcache: one chunk. Loaded again when the generation
// in the metapage has changed.
struct Cache {
    uint32 generation;
    ann::Metric metric;
    Shape shape;
    uint32 lists;
    ann::StopRule rule;
    double target_recall;
    uint64 rows;        // estimate
    bool has_origin;    // false: no row came yet
    double origin_norm; // |origin|
    // Offsets into this chunk:
    Size signs;                  // uint32[rotation_words(d)]
    Size origin;                 // float[d] (prepare.h)
    Size mean;                   // float[d], of the centroids
    Size sketch;                 // 1-bit codes of the centroids against their mean, by blocks of 16
    Size sketch_add, sketch_mul; // float[16] a block: their factors (ann/residual_code.h)
    Size centroids;              // bfloat16[lists][d], as in the directory (centroid.h)
    Size norm2;                  // float[lists]
    Size heads, epochs;          // uint32[lists] each
    Size pages;                  // BlockNumber[]: the directory's pages in order
};
// The cache for this index, fresh as of now. Reads the metapage; errors on another version or a
// damaged metapage with the hint REINDEX.
const Cache *cache_get(Relation index);
template <class T>
const T *cache_at(const Cache *cache, Size offset)
{
    return reinterpret_cast<const T *>(reinterpret_cast<const char *>(cache) + offset);
}

// A query as the sketch of the centroids wants it.
struct SketchQuery {
    const float *q;     // (d) prepared
    const uint8 *table; // kernels::make_lookup
    kernels::Lookup lookup;
};
// Every list's base (ann::list_base) by 1-bit codes: unbiased, wrong by a few hundredths.
//   estimates  (padded_lists(lists)); +infinity behind the last list
void estimate_bases(const Cache *cache, const SketchQuery &query, float *estimates);
inline Size padded_lists(uint32 lists) { return TYPEALIGN(kernels::kBlockRows, Size{lists}); }
// How many of the lists that are nearest by their estimates hold the few that are nearest: more in
// few dimensions, where a code has few bits.
inline uint32 likely_lists(uint32 d) { return 112 * std::max(384 / d, 1u); }
// The centroid of a list, as the directory has it (centroid.h).
inline const uint16 *cached_centroid(const Cache *cache, uint32 list)
{
    return cache_at<uint16>(cache, cache->centroids) + Size{list} * cache->shape.d;
}

// The entry of a list, centroid decoded into c (d), from the directory.
ListEntry list_entry(Relation index, const Cache *cache, uint32 list, float *c);

// |x|^2, in double: neither overflows nor loses small terms.
inline double sum_of_squares(const float *x, Size n)
{
    double sum = 0;
    for (Size i = 0; i < n; i++)
        sum += static_cast<double>(x[i]) * x[i];
    return sum;
}

} // namespace sbert::ivf
