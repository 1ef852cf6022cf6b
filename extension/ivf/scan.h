// What scans tell of themselves. Their calls are in verbs.h.
#pragma once

#include "extension/pg.h"

namespace sbert::ivf {

// The last scan of this session, for sbert.last_scan(), which tells it to the role alone that ran
// it.
struct LastScan {
    bool any;
    Oid role;
    int64 lists, looked_at, refined, pages, rounds, returned;
};
const LastScan *last_scan();

} // namespace sbert::ivf
