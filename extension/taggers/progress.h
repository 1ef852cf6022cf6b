// Reports a training of a tagger for the view sbert.activity.
#pragma once

#include "extension/pg.h"

namespace sbert {

void tagger_progress_begin(const char *function, Oid relation, MemoryContext context);
void tagger_progress_phase(const char *phase);
void tagger_progress_rows(int64 rows, int64 skipped);
void tagger_progress_encoded(int64 sentences);
void tagger_progress_fit(int64 epoch, int64 epochs, double loss);
void tagger_progress_end();

} // namespace sbert
