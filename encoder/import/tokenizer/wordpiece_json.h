// tokenizer.json, the file format of the `tokenizers` library, for the WordPiece family.
// https://huggingface.co/docs/tokenizers
#pragma once

#include <string>
#include <vector>

#include "encoder/model/json.h"
#include "encoder/model/spec.h"

namespace sbert::encoder {

// Tokens by their ids ("" where an id has none), and how text is split into them.
struct TokenizerFiles {
    TokenizerSpec spec;
    std::vector<std::string> tokens;
    std::string unk_token = "[UNK]"; // its id is in `spec`
};

// Reads a whole file: a WordPiece model, BertNormalizer, BertPreTokenizer, a post-processor that is
// a template, a BertProcessing or null, and added tokens. `truncation`, `padding` and `decoder` are
// ignored: the first two are not what sentence-transformers uses, the third runs in the other
// direction. Ids are below `id_limit`, the word table's rows. Throws Error: kModelInvalid;
// kModelUnsupported naming the component that is something else.
TokenizerFiles parse_tokenizer_json(const JsonValue &root, int64_t id_limit);

// Reads an added token but for its id, which is a field in one file and a key in another. Throws
// Error(kModelInvalid).
AddedToken read_added_token(const JsonValue &entry);

// Puts a token into its place. Throws Error(kModelInvalid) when the id or the text is already
// another's.
void add_token(TokenizerFiles &files, AddedToken token, const JsonValue &place);

} // namespace sbert::encoder
