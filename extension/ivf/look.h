// Looking at the rows of a list: an estimate for each by its 1-bit code, kept where it may be near.
#pragma once

#include "extension/ivf/search.h"

namespace sbert::ivf {

// Estimates all rows of a list into the candidates. False when its chain was replaced meanwhile.
bool look_at_list(Search *search, uint32 list);
// Has the first page of a list that may be next on its way; one while another is looked at.
void look_ahead(Search *search, uint32 list);
// Lets go of them. Whoever looked ahead calls it before he returns to the server.
void look_ahead_end(Search *search);

} // namespace sbert::ivf
