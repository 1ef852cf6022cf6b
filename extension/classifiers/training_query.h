// The query of a training: what it is, what it returns, and its rows on their way to TrainingRows.
#pragma once

#include "extension/classifiers/train_options.h"
#include "extension/classifiers/training_rows.h"
#include "extension/functions/models.h"
#include "extension/pg.h"

namespace sbert {

struct TrainingQuery {
    Portal portal;
    bool texts;      // its first column is text, else a vector
    bool label_sets; // its second column is text[], else text
    bool weights;    // it has a third column, real: rows that were kept from an earlier training
};

// Starts a query with the caller's rights, inside an SPI connection. Raises an SQL error where it
// is not a single SELECT of (text or vector, text or text[]).
TrainingQuery training_query_open(const char *sql);

// The same for the rows that a version keeps.
TrainingQuery training_query_kept(Oid relation, int32 version);

// Reads it to its end. `model` embeds texts; may be null for vectors. Returns how many rows were
// skipped because of a null. `scratch` is reset on the way.
int64 training_query_read(const TrainingQuery *query, TrainingRows *rows, const Model *model,
                          const TrainOptions *options, learn::Origin origin, MemoryContext scratch);

} // namespace sbert
