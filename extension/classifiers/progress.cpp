#include "extension/classifiers/progress.h"

#include "extension/pg.h"

namespace sbert {
namespace {

// Numbers of sql/sbert/training.sql, which counts from 1.
enum Number { kPhase = 10, kPenalty, kPenalties, kFold, kFolds, kIterations, kLoss, kMark };

constexpr int64 kReading = 1;                   // phases; those of a trainer come behind
constexpr int64 kMarkOfTraining = 0x7362657274; // "sbert"

} // namespace

void progress_begin(Oid relation)
{
    pgstat_progress_start_command(PROGRESS_COMMAND_COPY, relation);
    const int numbers[] = {kPhase, kMark};
    const int64 values[] = {kReading, kMarkOfTraining};
    pgstat_progress_update_multi_param(lengthof(numbers), numbers, values);
}

void progress_plan(int penalties, int folds)
{
    const int numbers[] = {kPenalties, kFolds};
    const int64 values[] = {penalties, folds};
    pgstat_progress_update_multi_param(lengthof(numbers), numbers, values);
}

void progress_rows(int64 rows, int64 skipped)
{
    const int numbers[] = {PROGRESS_COPY_TUPLES_PROCESSED, PROGRESS_COPY_TUPLES_EXCLUDED};
    const int64 values[] = {rows, skipped};
    pgstat_progress_update_multi_param(lengthof(numbers), numbers, values);
}

void progress_training(const learn::Trainer &trainer)
{
    const int numbers[] = {kPhase, kPenalty, kFold, kIterations, kLoss};
    const int64 values[] = {kReading + 1 + static_cast<int64>(trainer.phase()),
                            static_cast<int64>(trainer.penalty_number()), trainer.fold(),
                            trainer.iterations(), static_cast<int64>(trainer.loss() * 1e6)};
    pgstat_progress_update_multi_param(lengthof(numbers), numbers, values);
}

void progress_end() { pgstat_progress_end_command(); }

} // namespace sbert
