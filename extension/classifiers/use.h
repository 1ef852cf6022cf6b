// What a call site of classify() keeps from row to row: its classifier, loaded.
//
// Rights, versions and rollbacks are those that the statement sees at this call: the classifier
// serves as long as the name, the user and all that decides what is visible are those of its
// loading, and is loaded again where one differs. So a row costs no look-up, and nothing is ever
// served from before a change. Other sessions need not tell of theirs.
#pragma once

#include "extension/classifiers/load.h"
#include "extension/functions/call_site.h"
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
    const Classifier *classifier; // null while none is loaded
    Sight sight;
    const char *name; // as it was asked for
    size_t name_length;
    float *logits;         // (K) room for a row's
    MemoryContext context; // of all this; ends with the call site
    RowAhead ahead;
    CallSite text; // the last text and its vector
};

// The call site of a function whose second argument is a classifier's name, that one loaded. Raises
// what classifier_load() does.
ClassifierUse *classifier_use(FunctionCallInfo fcinfo);

} // namespace sbert
