#include <cmath>

#include "extension/taggers/progress.h"

#include "extension/activity.h"

namespace sbert {

enum Number { kRows, kSkipped, kEncoded, kEpochs, kEpoch, kLoss };
static constexpr const char *kNumbers[] = {"rows_read",    "rows_skipped", "rows_encoded",
                                           "epochs_total", "epochs_done",  "loss"};

void tagger_progress_begin(const char *function, Oid relation, MemoryContext context)
{
    activity_begin(function, relation, kNumbers, lengthof(kNumbers), context);
    activity_phase("reading rows");
}

void tagger_progress_phase(const char *phase) { activity_phase(phase); }

void tagger_progress_rows(int64 rows, int64 skipped)
{
    const double values[] = {static_cast<double>(rows), static_cast<double>(skipped)};
    activity_set(kRows, lengthof(values), values);
}

void tagger_progress_encoded(int64 sentences)
{
    const double value = static_cast<double>(sentences);
    activity_set(kEncoded, 1, &value);
}

void tagger_progress_fit(int64 epoch, int64 epochs, double loss)
{
    const double values[] = {static_cast<double>(epochs), static_cast<double>(epoch),
                             std::isnan(loss) ? 0 : loss};
    activity_set(kEpochs, lengthof(values), values);
}

void tagger_progress_end() { activity_end(); }

} // namespace sbert
