// `sbert tokenize --tokenizer FILE.json`: a tokenizer without a model.
#pragma once

#include "encoder/cli/options.h"

namespace sbert::cli {

// One text a line on stdin, with --json as a JSON string; one JSON object a line on stdout, which
// is
// {"error":"..."} for a text that cannot be tokenised. Throws encoder::Error on a file that cannot
// be read.
void tokenize_with_file(const Options &options);

} // namespace sbert::cli
