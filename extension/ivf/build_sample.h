// Rows drawn from the table before it is read as a whole: blocks at random, every row of them.
#pragma once

#include "extension/ivf/build_state.h"

namespace sbert::ivf {

// Rows that the index will have, about. Sets build->origin to the mean of those that were counted.
double count_rows_and_centre(Build *build);
// At most `capacity` prepared vectors drawn from all blocks; returns how many.
//   x  (capacity, d)
Size draw_sample(const Build *build, double rows, Size capacity, float *x);

} // namespace sbert::ivf
