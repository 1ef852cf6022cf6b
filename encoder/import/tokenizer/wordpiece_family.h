// A tokenizer.json of the WordPiece family, as a TokenizerSpec: a WordPiece model, BertNormalizer,
// BertPreTokenizer, and a post-processor that is a template, a BertProcessing or null.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "encoder/import/tokenizer/tokenizer_json.h"
#include "encoder/model/spec.h"

namespace sbert::encoder {

// Tokens by their ids ("" where an id has none), and how text is split into them.
struct TokenizerFiles {
    TokenizerSpec spec;
    std::vector<std::string> tokens;
};

// Whether the file is of the family, by the types of its components. Where it is not, `what` names
// the first one that is something else.
bool is_wordpiece_family(const JsonValue &root, std::string &what);

// REQUIRES: `file` was read from a file of the family, `root`. Throws Error(kModelInvalid) on
// another token type than 0: a single text has no other.
TokenizerFiles to_wordpiece(ComponentsFile file, const JsonValue &root);

// Puts a token into its place. Throws Error(kModelInvalid) when the id is already another's.
void add_token(TokenizerFiles &files, AddedToken token, const JsonValue &place);

} // namespace sbert::encoder
