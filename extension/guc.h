// The settings sbert.*.
#pragma once

#include <cstddef>

namespace sbert {

enum class Truncation : int { kError, kWarn, kSilent };

// Registers the settings; called once by _PG_init.
void guc_init();

const char *default_model(); // sbert.default_model
size_t encode_mem();         // sbert.encode_mem, in bytes
Truncation truncation();     // sbert.truncation
const char *model_path();    // sbert.model_path: further folders of models, separated by colons
double target_recall();      // sbert.target_recall; 0 for the setting of each index

} // namespace sbert
