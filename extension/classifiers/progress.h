// How far a training is, as sbert.activity shows it.
#pragma once

#include "extension/learn/trainer.h"
#include "extension/pg.h"

namespace sbert {

// `context` outlives the training: an error ends the report with it.
void progress_begin(const char *function, Oid relation, MemoryContext context);
void progress_plan(int penalties, int folds);
void progress_rows(int64 rows, int64 skipped);
void progress_training(const learn::Trainer &trainer);
void progress_end();

} // namespace sbert
