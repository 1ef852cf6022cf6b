// What decides which version of a learned thing a call sees. A call site that keeps a version from
// row to row looks it up again when this changes.
#pragma once

#include "extension/pg.h"

namespace sbert {

// Who looks, and what is visible. Of a transaction's snapshots with the same xmax, those that see
// more have fewer transactions in progress (xcnt, on a replica subxcnt), because no transaction
// below xmax starts later. A transaction sees its own changes of commands before `command`. It does
// not see those that were rolled back with a subtransaction, whose number is never used again.
struct Sight {
    LocalTransactionId transaction;
    SubTransactionId subtransaction;
    CommandId command;
    Oid user;
    TransactionId xmin;
    TransactionId xmax;
    uint32 xcnt;
    int32 subxcnt;

    bool operator==(const Sight &) const = default;
};

// REQUIRES: an active snapshot.
Sight sight_now();

} // namespace sbert
