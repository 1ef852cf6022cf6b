// The tokenizer of a model directory: tokenizer.json or older files, with what the others say about
// it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "encoder/import/tokenizer/tokenizer_json.h"

namespace sbert::encoder {

struct DirectoryTokenizer {
    TokenizerFile file;
    // Of tokenizer_config.json, when it is set to a real limit.
    std::optional<int64_t> model_max_length;
    std::vector<std::string> notes; // where files disagree: which one was followed
};

// Reads `folder`/tokenizer.json, else the files that the tokenizer's class was first published
// with, and what the files beside them say (tokenizer_config.h).
//
// The transformers library builds the tokenizers of most classes from the vocabulary alone,
// whatever components tokenizer.json holds: BertTokenizer (also when no class is named) its
// normaliser, others all components (tokenizer_class.h). The same is done here, with a note when
// they disagree. PreTrainedTokenizerFast takes tokenizer.json as it is. Throws Error:
// kModelInvalid, kModelUnsupported, kIo.
DirectoryTokenizer read_tokenizer(const std::string &folder, int64_t id_limit);

// tokenizer.json by itself, in the short form if it is of BERT's family. Throws
// Error(kModelInvalid).
TokenizerFile parse_any_tokenizer(const JsonValue &root, int64_t id_limit);

} // namespace sbert::encoder
