// The index as a backend remembers it, in rd_amcache: what the metapage and the directory say, as
// one chunk of memory.
//
// The centroids are there twice: as coarse codes of one bit an element, to find the few lists that
// may be near without reading all, and as they lie in the directory, for those few. What is coarser
// will not do for them: an error of a base is one of every row of the list.
#pragma once

#include <algorithm>

#include "encoder/kernels/binary_codes.h"
#include "extension/ann/metric.h"
#include "extension/ivf/disk.h"

namespace sbert::ivf {

// Loaded again when the generation in the metapage has changed.
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
    // Parts of this chunk:
    uint32 *signs;                  // rotation_words(d)
    float *origin;                  // (d) prepare.h
    float *mean;                    // (d) of the centroids
    uint8 *coarse_codes;            // of the centroids' residuals against their mean, by 16 lists
    float *coarse_add, *coarse_mul; // (lists) their factors (ann/residual_code.h)
    uint16 *centroids;              // (lists, d) bfloat16 (centroid.h)
    float *norm2;                   // (lists)
    uint32 *heads, *epochs;         // (lists)
    BlockNumber *pages;             // the directory's pages in order
};
// The cache for this index, fresh as of now. Reads the metapage; errors on another version or a
// damaged metapage with the hint REINDEX.
const Cache *cache_get(Relation index);
// A copy in the current memory context, for steps in which the cache may be loaded again.
Cache *cache_copy(const Cache *cache);

// A query as the coarse codes want it.
struct CoarseQuery {
    const float *q;     // (d) prepared
    const uint8 *table; // kernels::make_lookup
    kernels::Lookup lookup;
};
// Every list's base (ann::list_base) by its coarse code: unbiased, wrong by a few hundredths.
//   estimates  (padded_lists(lists)); +infinity behind the last list
void estimate_bases(const Cache *cache, const CoarseQuery &query, float *estimates);
inline Size padded_lists(uint32 lists) { return TYPEALIGN(kernels::kBlockRows, Size{lists}); }
// How many of the lists that are nearest by their estimates hold the few that are nearest: more in
// few dimensions, where a code has few bits.
inline uint32 likely_lists(uint32 d) { return 112 * std::max(384 / d, 1u); }
// The centroid of a list, as the directory has it (centroid.h).
inline const uint16 *cached_centroid(const Cache *cache, uint32 list)
{
    return cache->centroids + Size{list} * cache->shape.d;
}

} // namespace sbert::ivf
