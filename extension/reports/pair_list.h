// The rows of an aggregate that must see all of them at its end. Each is two numbers, 16 bytes.
//
// Like every aggregate of PostgreSQL that collects its rows, this is not bounded by work_mem. It is
// bounded by the server's limit on one allocation, which is in the terabytes.
#pragma once

#include "encoder/stop_flag.h"
#include "extension/pg.h"
#include "extension/scores/pair.h"

namespace sbert {

struct PairList {
    scores::Pair *pairs;
    Size count;
    Size capacity;
    Size depth; // the argument k of a ranking, the same for all rows
};

PairList *pair_list_create(MemoryContext context);
void pair_list_add(PairList *list, scores::Pair pair);

// Allocates room for as many pairs in the current context.
scores::Pair *pair_list_scratch(const PairList *list);

// Copies the pairs to `out`. Throws Error(kInterrupted).
void pair_list_copy(const PairList *list, const encoder::StopFlag &stop, scores::Pair *out);

} // namespace sbert
