#include "extension/functions/scores.h"

#include <algorithm>

#include "extension/boundary.h"
#include "extension/functions/embed.h"
#include "extension/functions/input.h"
#include "extension/functions/text_array.h"
#include "extension/guc.h"

namespace sbert {

int score_some(const Model *model, ScoreInput input, int n, encoder::StopFlag stop, size_t memory,
               float *out)
{
    encoder::TextInfo info[kSliceTexts];
    const size_t count = static_cast<size_t>(std::min(n, kSliceTexts));
    const size_t pairs = input.seconds == nullptr ? 0 : count;
    size_t done = 0;
    instr_time start;
    INSTR_TIME_SET_CURRENT(start);
    run_cpp([&] {
        model->encoder->set_memory(memory);
        done = model->encoder->predict({input.texts, count}, {input.seconds, pairs}, stop, out,
                                       {info, count});
    });
    statistics_add(info, static_cast<int>(done), start);
    for (size_t i = 0; i < done; i++)
        report_truncation(info[i], model->name);
    return static_cast<int>(done);
}

void score_texts(const Model *model, ScoreInput input, int n, float *out)
{
    for (int first = 0; first < n;) {
        float *row = out + static_cast<size_t>(first) * static_cast<size_t>(model->dimensions);
        first += score_some(model, input.from(first), n - first, stop_flag(), encode_mem(), row);
        CHECK_FOR_INTERRUPTS();
    }
}

} // namespace sbert
