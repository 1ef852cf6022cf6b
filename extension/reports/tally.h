// The state of the aggregates over labels: the labels, how often each was true, predicted and both,
// and how often each pair of a true and a predicted label occurred.
//
// Its size depends on the number of different labels and pairs, not on the number of rows. A label
// with its text takes about 100 bytes, a pair 40. Each of the two hash tables takes at least 8 kB,
// and a small group 18 kB (SSPACE in the SQL). Everything is in the aggregate's context and is
// freed with it.
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
    HTAB *ids; // from a text to its place in `labels`
    Label *labels;
    int32 count;
    int32 capacity;
    // The number of labels that the caller asked for, which come first and in this order; 0 for
    // all.
    int32 given;
    HTAB *pairs;   // of PairCount; null before the first
    int64 rows;    // number of rows that were counted
    int64 skipped; // number of rows that were left out because a side was null
    scores::SampleSums samples;
};

// Creates an empty tally. `given` is an array of the labels to report, or null. Raises an error if
// it is empty, has more than one dimension, or holds a null or the same label twice.
Tally *tally_create(MemoryContext context, ArrayType *given);

// The place of a label. tally_id() adds a label that was not seen before, and tally_find() returns
// -1 for it.
int32 tally_id(Tally *tally, std::string_view label);
int32 tally_find(const Tally *tally, std::string_view label);

void tally_add_pair(Tally *tally, LabelPair pair, int64 rows);

// A list of all pairs, in no order, in the current context.
PairCount *tally_pairs(const Tally *tally, int64 *count);

// Adds b, the state of other rows of the same query.
void tally_merge(Tally *tally, const Tally *b);

// The places of the labels to report, in the current context. Their order is that of the caller, or
// by bytes, which for UTF-8 is the order of code points that scikit-learn uses.
int32 *tally_order(const Tally *tally, int32 *count);

bytea *tally_serialize(const Tally *tally);
Tally *tally_deserialize(MemoryContext context, bytea *bytes);

inline std::string_view text_view(const text *value)
{
    return {VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value)};
}

} // namespace sbert
