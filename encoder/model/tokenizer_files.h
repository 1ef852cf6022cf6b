// The tokenizer of a model directory: tokenizer.json or vocab.txt, with what the other files say
// about it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "encoder/model/tokenizer_components.h"
#include "encoder/model/tokenizer_json.h"

namespace sbert::encoder {

struct DirectoryTokenizer {
    TokenizerFiles files;                     // of the WordPiece family
    std::optional<ComponentsFile> components; // any other, in place of `files`
    std::optional<int64_t>
        model_max_length;           // tokenizer_config.json, when it is set to a real limit
    std::vector<std::string> notes; // where files disagree: which one was followed
};

// Reads `folder`/tokenizer.json, else vocab.txt, with tokenizer_config.json and
// special_tokens_map.json.
//
// For the class BertTokenizer (also when no class is named) the transformers library builds the
// normaliser from tokenizer_config.json and its defaults, whatever tokenizer.json says; the same is
// done here, with a note when they disagree. The other classes take tokenizer.json as it is. Throws
// Error: kModelInvalid, kModelUnsupported, kIo.
DirectoryTokenizer read_tokenizer(const std::string &folder, int64_t id_limit);

// tokenizer.json by itself: by the reader of the WordPiece family where that understands it, else
// by the components' one. Throws Error(kModelInvalid).
DirectoryTokenizer parse_any_tokenizer(const JsonValue &root, int64_t id_limit);

} // namespace sbert::encoder
