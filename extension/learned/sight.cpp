#include "extension/learned/sight.h"

namespace sbert {

Sight sight_now()
{
    if (!ActiveSnapshotSet())
        elog(ERROR, "what was learned cannot be used without a snapshot");
    const SnapshotData *snapshot = GetActiveSnapshot();
    return {local_transaction_id(), GetCurrentSubTransactionId(),
            snapshot->curcid,       GetUserId(),
            snapshot->xmin,         snapshot->xmax,
            snapshot->xcnt,         snapshot->subxcnt};
}

} // namespace sbert
