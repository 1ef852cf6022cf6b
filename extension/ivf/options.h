// Storage parameters of an index: CREATE INDEX ... WITH (...).
#pragma once

#include "extension/pg.h"

namespace sbert::ivf {

struct Options {
    int32 vl_len_;
    double target_recall; // 0.95
    int rerank_bits;      // 8; 4
};

// Registers them; called once by _PG_init.
void options_init();

// As set, or the defaults. The result lives in the relation or is constant.
const Options *options_of(Relation index);

} // namespace sbert::ivf
