// The query of a training: checks it and reads its rows into TrainingRows.
#pragma once

#include "extension/classifiers/train_options.h"
#include "extension/classifiers/training_rows.h"
#include "extension/functions/models.h"
#include "extension/pg.h"

namespace sbert {

struct TrainingQuery {
    Portal portal;
    bool texts;      // whether the first column is text instead of a vector
    bool label_sets; // whether the second column is text[] instead of text
    // Whether the rows were kept by an earlier training. They have two more columns: weight and
    // key.
    bool kept;
};

// Starts a query with the caller's rights, inside an SPI connection. Raises an SQL error unless it
// is a single SELECT of (text or vector, text or text[]).
TrainingQuery training_query_open(const char *sql);

// Starts a query for the rows that a version keeps.
TrainingQuery training_query_kept(Oid relation, int32 version);

// Whether all these rows have keys, so that all come from texts.
bool training_query_kept_by_tokens(Oid relation, int32 version);

// Reads a query to its end. `model` embeds texts and may be null for vectors. Returns the number of
// rows that were skipped because of a null. Resets `scratch` repeatedly.
int64 training_query_read(const TrainingQuery *query, TrainingRows *rows, const Model *model,
                          const TrainOptions *options, fit::Origin origin, MemoryContext scratch);

} // namespace sbert
