// A call site of sbert.tag() keeps its tagger from row to row, as one of classify() does
// (extension/classifiers/use.h): as long as the table, the version, the user and all that decides
// about visibility are the same.
#pragma once

#include "extension/functions/models.h"
#include "extension/learned/sight.h"
#include "extension/taggers/load.h"

namespace sbert {

struct TaggerUse {
    const LoadedTagger *tagger;
    const Model *model;
};

// The tagger of a call whose argument `relation` is its table and whose argument `version` is the
// version.
// It stays open at least until the call site's next call. Raises the errors of learned_open(), and
// invalid_parameter_value for a negative version.
TaggerUse tagger_use(FunctionCallInfo fcinfo, int relation, int version);

// Raises data_corrupted unless the model has the layers that the tagger reads.
void tagger_check_model(const LoadedTagger *tagger, const Model *model);

// n tags, which a tagger with these labels gave, as text[].
Datum tags_datum(const LoadedTagger *tagger, const uint16 *best, int n);

} // namespace sbert
