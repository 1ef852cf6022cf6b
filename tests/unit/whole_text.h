// A tokenizer of BERT's family that works on texts as a whole: a step that changes nothing keeps it
// from the short cut (encoder/tokenizer/bert_stream.h).
#pragma once

#include <utility>

#include "encoder/tokenizer/tokenizer.h"

namespace sbert::tests {

inline encoder::Tokenizer whole_text_tokenizer(encoder::TokenizerSpec spec,
                                               encoder::VocabularyView vocabulary)
{
    spec.pre_tokenizers.emplace_back(encoder::WhitespaceSplit());
    return {std::move(spec), {vocabulary}};
}

} // namespace sbert::tests
