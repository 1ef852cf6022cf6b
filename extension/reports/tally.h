// The state of the aggregates over labels: which labels there are, how often each was true,
// predicted and both, and how often each pair of a true and a predicted one came.
//
// Its size follows the number of different labels and pairs, not of rows: about 100 bytes a label
// with its text, 40 a pair; at least 8 kB for each of the two hash tables, 18 kB for a small group
// (SSPACE in the SQL). All in the aggregate's context, never freed one by one.
#pragma once

#include <string_view>

#include "extension/pg.h"
#include "extension/scores/label_score.h"

namespace sbert {

struct Label {
    const char *data; // in the database's encoding, no terminator
    int32 length;
    scores::LabelCount count;
};

struct LabelPair { // the key of a PairCount
    int32 truth;
    int32 predicted;
};

struct PairCount {
    LabelPair pair;
    int64 rows;
};

struct Tally {
    MemoryContext context;
    HTAB *ids; // text to place in labels
    Label *labels;
    int32 count;
    int32 capacity;
    int32 given;   // the first so many are those that the caller asked for, in this order; 0: all
    HTAB *pairs;   // of PairCount; null before the first
    int64 rows;    // counted
    int64 skipped; // left out because a side was null
    scores::SampleSums samples;
};

// An empty one; `given` is an array of the labels to report, or null. Errors: one that is empty,
// has more than one dimension, holds a null or the same label twice.
Tally *tally_create(MemoryContext context, ArrayType *given);

// The place of a label, which is new where it was not seen; tally_find() gives -1 instead.
int32 tally_id(Tally *tally, std::string_view label);
int32 tally_find(const Tally *tally, std::string_view label);

void tally_add_pair(Tally *tally, LabelPair pair, int64 rows);

// A list of all pairs, in no order, in the current context.
PairCount *tally_pairs(const Tally *tally, int64 *count);

// Adds b, the state of other rows of the same query.
void tally_merge(Tally *tally, const Tally *b);

// The places of the labels to report, in order: as the caller gave them, else sorted by bytes,
// which for UTF-8 is the order of code points that scikit-learn has. In the current context.
int32 *tally_order(const Tally *tally, int32 *count);

bytea *tally_serialize(const Tally *tally);
Tally *tally_deserialize(MemoryContext context, bytea *bytes);

inline std::string_view text_view(const text *value)
{
    return {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
}

} // namespace sbert
