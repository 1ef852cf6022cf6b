// Runs the heads of models that score labels of texts or of pairs.
#pragma once

#include <string_view>

#include "encoder/stop_flag.h"
#include "extension/functions/models.h"

namespace sbert {

// Texts, or pairs of texts.
struct ScoreInput {
    const std::string_view *texts;
    const std::string_view *seconds; // null where there are no pairs

    ScoreInput from(int first) const
    {
        return {texts + first, seconds == nullptr ? nullptr : seconds + first};
    }
};

// Scores some of `n` texts, from the first, into rows of `out`, which are model->dimensions wide,
// and returns how many: all, unless `stop` asks for a pause, then at least those of one pass. Takes
// at most `memory`. Counts the work in `statistics` and reports truncation.
int score_some(const Model *model, ScoreInput input, int n, encoder::StopFlag stop, size_t memory,
               float *out);

// Scores all. A cancel ends it within a pass. Other interrupts are served between passes.
void score_texts(const Model *model, ScoreInput input, int n, float *out);

} // namespace sbert
