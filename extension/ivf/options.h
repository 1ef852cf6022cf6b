// Storage parameters of an index: CREATE INDEX ... WITH (...).
#pragma once

#include "extension/ivf/ivf.h"

namespace sbert::ivf {

// Registers them; called once by _PG_init.
void options_init();

// As set, or the defaults. The result lives in the relation or is constant.
const Options *options_of(Relation index);

} // namespace sbert::ivf
