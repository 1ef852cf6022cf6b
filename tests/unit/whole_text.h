// A tokenizer of BERT's family that works on texts as a whole: a step that changes nothing keeps it
// from the short cut (encoder/tokenizer/bert_stream.h).
#pragma once

#include <utility>

#include "encoder/tokenizer/tokenizer.h"

namespace sbert::tests {

inline encoder::Tokenizer whole_text_tokenizer(const encoder::TokenizerSpec &spec,
                                               encoder::VocabularyView vocabulary)
{
    encoder::components::ComponentsSpec components = to_components(spec);
    components.pre_tokenizers.emplace_back(encoder::components::WhitespaceSplit());
    encoder::components::ComponentsView view;
    view.vocabulary = vocabulary;
    return {std::move(components), std::move(view)};
}

} // namespace sbert::tests
