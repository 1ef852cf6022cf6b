// A call site of classify() keeps its classifier from row to row.
//
// Every call must see the rights, versions and rollbacks of its moment. The classifier is kept as
// long as the table, the version, the user and everything that decides about visibility are the
// same. Otherwise it is looked up again. So a row usually needs no look-up.
#pragma once

#include "extension/classifiers/load.h"
#include "extension/functions/call_site.h"
#include "extension/learned/cache.h"
#include "extension/types/row_ahead.h"

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

// All zeros at first.
struct ClassifierUse {
    Learned *learned; // null while none is open; closed with the call site
    const Classifier *classifier;
    Sight sight;
    // The arguments of the call; version 0 is the newest.
    Oid relation;
    int32 version;
    float *logits; // (K) of a row
    int n_logits;
    MemoryContextCallback end;
    RowAhead ahead;
    CallSite text; // the last text and its vector
};

// The call site of a function whose second argument is a classifier's table and whose third is the
// version. Raises the errors of learned_open(), and invalid_parameter_value for a negative version.
ClassifierUse *classifier_use(FunctionCallInfo fcinfo);

} // namespace sbert
