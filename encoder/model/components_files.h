// Tokenizers that are published without a tokenizer.json, as the transformers library converts them
// for the fast classes (convert_slow_tokenizer.py).
#pragma once

#include <string_view>

#include "encoder/model/sentencepiece_file.h"
#include "encoder/model/tokenizer_components.h"

namespace sbert::encoder {

// vocab.json and merges.txt of RoBERTa: byte-level BPE between <s> and </s>, with <mask> taking the
// white space before it. `merges` is named `source` in messages. Throws Error(kModelInvalid).
ComponentsFile roberta_components(const JsonValue &vocab, std::string_view merges,
                                  const std::string &source, bool add_prefix_space,
                                  int64_t id_limit);

// sentencepiece.bpe.model of XLM-RoBERTa, which is a Unigram model in spite of its name: <s>,
// <pad>,
// </s>, <unk>, then the pieces from the fourth on, then <mask>. Throws Error: kModelInvalid;
// kModelUnsupported on another algorithm than Unigram.
ComponentsFile xlm_roberta_components(const SentencePieceFile &file, const std::string &source,
                                      int64_t id_limit);

} // namespace sbert::encoder
