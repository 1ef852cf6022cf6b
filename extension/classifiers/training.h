// A training from its query to what is stored: sbert.train_classifier and sbert.update_classifier.
#pragma once

#include "extension/classifiers/load.h"
#include "extension/classifiers/train_options.h"
#include "extension/classifiers/training_query.h"
#include "extension/classifiers/training_rows.h"
#include "extension/functions/models.h"
#include "extension/learn/assessment.h"
#include "extension/learn/trainer.h"
#include "extension/pg.h"

namespace sbert {

// What a training stores, all in one memory context.
struct Training {
    Oid relation;     // the classifier's table
    const char *name; // its, for messages
    int32 version;
    Jsonb *json; // the options as they were given
    TrainOptions options;
    const Model *model; // or null: of vectors, not told
    TrainingRows *rows;
    int64 skipped;
    int folds;                   // that rows were spread over; 0: nothing was measured
    bool holdout;                // of which the first alone was left out
    const learn::Fitted *fitted; // lives as long as the context
};

// Begins what ends with training_end(): a connection to SPI, what sbert.activity shows; the rows'
// temporary file ends with it.
void training_begin(Training *training, const char *function, MemoryContext context);
void training_end(Training *training);

// Bytes of maintenance_work_mem.
Size training_memory();

// Reads a query into the training's rows.
void training_read(Training *training, const TrainingQuery *query, learn::Origin origin,
                   MemoryContext context);

// Everything between the rows' arrival and the finished weights. Raises an SQL error for rows that
// nothing can be learned from.
void training_run(Training *training, MemoryContext context);

// Writes the version with its report and the rows that it keeps.
void training_store(const Training *training);

// Its report: docs/classify.md.
Jsonb *training_report(const Training *training);

// A number of a stored report, which is whatever its owner wrote: null where it is none.
double report_number(Jsonb *report, const char *name, bool *null);

// What a quality tells in a row of a result; nulls where nothing was measured.
void put_quality(const learn::Quality *quality, Datum *values, bool *nulls);

} // namespace sbert
