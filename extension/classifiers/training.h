// A training from its query to the stored version, for sbert.train_classifier and
// sbert.update_classifier.
#pragma once

#include "extension/classifiers/load.h"
#include "extension/classifiers/train_options.h"
#include "extension/classifiers/training_query.h"
#include "extension/classifiers/training_rows.h"
#include "extension/fit/assessment.h"
#include "extension/fit/trainer.h"
#include "extension/functions/models.h"
#include "extension/pg.h"

namespace sbert {

// The state of a training, all in one memory context.
struct Training {
    Oid relation;     // the classifier's table
    const char *name; // of the table, for messages
    int32 version;
    Jsonb *json; // the options as they were given
    TrainOptions options;
    const Model *model; // null for vectors if no model was named
    TrainingRows *rows;
    int64 skipped;
    // The number of folds that rows were spread over; 0 if nothing was measured.
    int folds;
    // Whether only the first fold was left out.
    bool holdout;
    const fit::Fitted *fitted; // lives as long as the context
};

// training_begin() connects to SPI and begins the report to sbert.activity. training_end() ends
// both and frees the temporary file of the rows.
void training_begin(Training *training, const char *function, MemoryContext context);
void training_end(Training *training);

// maintenance_work_mem in bytes.
Size training_memory();

// Reads a query into the training's rows.
void training_read(Training *training, const TrainingQuery *query, fit::Origin origin,
                   MemoryContext context);

// Computes the weights from the rows. Raises an SQL error if nothing can be learned from them.
void training_run(Training *training, MemoryContext context);

// Writes the version with its report and the rows that it keeps.
void training_store(const Training *training);

// The report of a training (docs/classify.md).
Jsonb *training_report(const Training *training);

// A number of a stored report. It is null if the owner of the table wrote something else there.
double report_number(Jsonb *report, const char *name, bool *null);

// Writes a quality into the columns of a result, with nulls if nothing was measured.
void put_quality(const fit::Quality *quality, Datum *values, bool *nulls);

} // namespace sbert
