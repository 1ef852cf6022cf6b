// How far a training is, as the server's own progress views tell it: the view sbert.training reads
// it by pg_stat_get_progress_info(), with the rights of that function.
//
// The server knows a fixed set of commands. We report as COPY, whose first numbers we fill with
// what they mean there, rows taken and rows left out; the relation is sbert.classifier.
#pragma once

#include "extension/learn/trainer.h"
#include "extension/pg.h"

namespace sbert {

void progress_begin(Oid relation);
void progress_plan(int penalties, int folds);
void progress_rows(int64 rows, int64 skipped);
void progress_training(const learn::Trainer &trainer);
void progress_end();

} // namespace sbert
