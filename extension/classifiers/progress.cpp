#include "extension/classifiers/progress.h"

#include "extension/activity.h"

namespace sbert {
namespace {

enum Number { kRows, kSkipped, kPenalties, kFolds, kPenalty, kFold, kIterations, kLoss };
constexpr const char *kNumbers[] = {
    "rows_read",      "rows_skipped", "penalties_total", "folds_total",
    "penalties_done", "folds_done",   "iterations",      "loss"};

const char *phase_name(fit::Trainer::Phase phase)
{
    using Phase = fit::Trainer::Phase;
    switch (phase) {
    case Phase::kPrepare:
        return "preparing";
    case Phase::kSearch:
        return "choosing the penalty";
    case Phase::kFolds:
        return "fitting the other folds";
    case Phase::kTemperature:
        return "calibrating";
    case Phase::kThresholds:
        return "choosing thresholds";
    case Phase::kMeasure:
        return "measuring";
    case Phase::kFit:
        return "fitting all rows";
    case Phase::kDone:
        break;
    }
    return "storing";
}

} // namespace

void progress_begin(const char *function, Oid relation, MemoryContext context)
{
    activity_begin(function, relation, kNumbers, lengthof(kNumbers), context);
    activity_phase("reading rows");
}

void progress_plan(int penalties, int folds)
{
    const double values[] = {static_cast<double>(penalties), static_cast<double>(folds)};
    activity_set(kPenalties, lengthof(values), values);
}

void progress_rows(int64 rows, int64 skipped)
{
    const double values[] = {static_cast<double>(rows), static_cast<double>(skipped)};
    activity_set(kRows, lengthof(values), values);
}

void progress_training(const fit::Trainer &trainer)
{
    activity_phase(phase_name(trainer.phase()));
    const double values[] = {static_cast<double>(trainer.penalty_number()),
                             static_cast<double>(trainer.fold()),
                             static_cast<double>(trainer.iterations()), trainer.loss()};
    activity_set(kPenalty, lengthof(values), values);
}

void progress_end() { activity_end(); }

} // namespace sbert
