// The origin of an index: the vector near the data that all others are taken relative to (prepare.h
// says how). A build takes the mean of the rows that it counts; an index that began empty takes its
// first row. It stays until REINDEX. It lies on pages of its own, in floats: the metapage names the
// first.
#pragma once

#include "extension/ivf/disk.h"

namespace sbert::ivf {

// Reads it from its pages into origin (d); zeros where the index has none yet.
void origin_read(Relation index, const Shape &shape, const MetaPage *meta, float *origin);

// A build's, without WAL. Returns its first page.
BlockNumber origin_write(Relation index, const Shape &shape, const float *origin);

// Gives the index its origin, unless another insert was faster. Afterwards the cache is to be
// fetched again.   origin (d);  REQUIRES nothing locked but heavyweight locks
void origin_set(Relation index, const Shape &shape, const float *origin);

} // namespace sbert::ivf
