// tokenizer.json, the file format of the `tokenizers` library, for every component that it knows.
// https://huggingface.co/docs/tokenizers
#pragma once

#include <optional>

#include "encoder/model/json.h"
#include "encoder/tokenizer/spec.h"
#include "encoder/tokenizer/tables.h"

namespace sbert::encoder {

struct TokenizerFile {
    TokenizerSpec spec;
    TokenizerSource source;           // for build_tables()
    std::optional<PairTemplate> pair; // of two texts, where it knows what stands between them
};

// Reads a whole file. `truncation`, `padding` and `decoder` are ignored: the first two are not what
// sentence-transformers uses, the third runs in the other direction. Fields that the library does
// not know are ignored as it ignores them. Ids are below `id_limit`, the word table's rows.
//
// Throws Error(kModelInvalid) naming file and field: on a component or value that the library does
// not know or refuses, or that contradicts another; on what it would panic over; on dropout, which
// makes the result a matter of chance; on a merge of nothing, or of tokens that the vocabulary
// lacks; on added tokens whose ids are not those that the library gives them.
TokenizerFile parse_tokenizer_json(const JsonValue &root, int64_t id_limit);

} // namespace sbert::encoder
