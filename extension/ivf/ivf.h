// The access method's own state and the steps that several of its verbs share. disk.h has what lies
// on pages.
#pragma once

#include "extension/ann/metric.h"
#include "extension/ivf/disk.h"

namespace sbert::ivf {

// What an operator class says of its type and metric (support function 1).
struct TypeSupport {
    ann::Metric metric;
    int max_dimensions;
    // Number of elements; the elements as floats into out (that many). May detoast.
    int (*dimensions)(Datum value);
    void (*to_floats)(Datum value, float *out);
    // Distance as the operator gives it, from the key; and a certain lower bound of it, given that
    // the row's true vector is within `error` of the decoded one.
    double (*distance)(float key, float query_norm2);
};
const TypeSupport *type_support(Relation index);

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
    uint64 rows; // estimate
    // Offsets into this chunk:
    Size signs;         // uint32[rotation_words(d)]
    Size panels;        // int8 panels of the centroids (kernels/linear_int8.h), 64-byte aligned
    Size scale, sum;    // float[lists] each, of the panels
    Size norm2;         // float[lists]
    Size heads, epochs; // uint32[lists] each
    Size pages;         // BlockNumber[]: the directory's pages in order
};
// The cache for this index, fresh as of now. Reads the metapage; errors on another version or a
// damaged metapage with the hint REINDEX.
const Cache *cache_get(Relation index);
template <class T>
const T *cache_at(const Cache *cache, Size offset)
{
    return reinterpret_cast<const T *>(reinterpret_cast<const char *>(cache) + offset);
}

// A vector of the index's column made ready: unit length for cosine, rotated.
// Returns false for what is not indexed: a zero vector under cosine.
//   x  (d) out;  norm2 (out) |x|^2
bool prepare(const Cache *cache, const TypeSupport *type, Datum value, float *x, float *norm2);

// <q, c> of all centroids, by the 8-bit panels.   scratch: list_scratch_bytes(d)
//   dot  (lists)
void centroid_products(const Cache *cache, const float *q, void *scratch, float *dot);
Size list_scratch_bytes(uint32 d);

// The entry of a list, centroid decoded into c (d), from the directory.
ListEntry list_entry(Relation index, const Cache *cache, uint32 list, float *c);

} // namespace sbert::ivf
