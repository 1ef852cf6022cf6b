// Reports the progress of a training to sbert.activity.
#pragma once

#include "extension/fit/trainer.h"
#include "extension/pg.h"

namespace sbert {

// Begins the report. `context` must outlive the training; an error that deletes it ends the report.
void progress_begin(const char *function, Oid relation, MemoryContext context);
void progress_plan(int penalties, int folds);
void progress_rows(int64 rows, int64 skipped);
void progress_training(const fit::Trainer &trainer);
void progress_end();

} // namespace sbert
