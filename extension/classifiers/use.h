// What a call site of classify() keeps from row to row: its classifier.
//
// Rights, versions and rollbacks are those that the statement sees at this call: the classifier
// serves as long as the table, the version, the user and all that decides what is visible are the
// same, and is asked for again where one differs. So a row costs no look-up.
#pragma once

#include "extension/classifiers/load.h"
#include "extension/functions/call_site.h"
#include "extension/learned/cache.h"
#include "extension/types/row_ahead.h"

namespace sbert {

// Who looks, and what is visible. Of one transaction's snapshots with the same xmax, those that see
// more have fewer transactions in progress (xcnt, on a replica subxcnt): nobody joins below xmax.
// Of one's own changes, those of the commands before `command` are seen, but for those that were
// rolled back: that ends a subtransaction, whose number never comes again.
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
    Learned *learned;             // null while none is open; closed with the call site
    const Classifier *classifier; // its object
    Sight sight;
    Oid relation;  // as they were asked for
    int32 version; // 0: the newest
    float *logits; // (K) room for a row's
    int n_logits;
    MemoryContextCallback end;
    RowAhead ahead;
    CallSite text; // the last text and its vector
};

// The call site of a function whose second argument is a classifier's table, its third the version.
// Raises what learned_open() does, and invalid_parameter_value for a negative version.
ClassifierUse *classifier_use(FunctionCallInfo fcinfo);

} // namespace sbert
