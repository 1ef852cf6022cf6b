// The rows of an aggregate that must see all of them at its end: two numbers each, 16 bytes.
//
// Not bounded by work_mem, as no aggregate of PostgreSQL that collects its rows is; the server's
// limit of one allocation holds, which is in the terabytes.
#pragma once

#include "encoder/stop_flag.h"
#include "extension/pg.h"
#include "extension/scores/pair.h"

namespace sbert {

struct PairList {
    scores::Pair *pairs;
    Size count;
    Size capacity;
    Size depth; // of a ranking: its argument k, the same for all rows
};

PairList *pair_list_create(MemoryContext context);
void pair_list_add(PairList *list, scores::Pair pair);

// Room for as many pairs, in the current context.
scores::Pair *pair_list_scratch(const PairList *list);

// Copies the pairs there. Throws Error(kInterrupted).
void pair_list_copy(const PairList *list, const encoder::StopFlag &stop, scores::Pair *out);

} // namespace sbert
