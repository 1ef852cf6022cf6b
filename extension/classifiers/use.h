// A call site of classify() keeps its classifier from row to row.
//
// Every call must see the rights, versions and rollbacks of its moment. The classifier is kept as
// long as the table, the version, the user and everything that decides about visibility are the
// same. Otherwise it is looked up again. So a row usually needs no look-up.
#pragma once

#include "extension/classifiers/load.h"
#include "extension/functions/call_site.h"
#include "extension/learned/cache.h"
#include "extension/learned/sight.h"
#include "extension/types/row_ahead.h"

namespace sbert {

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
