// The tokenizers of BERT's family in the form in which packed files and their fingerprints have
// them, and what they are as components.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "encoder/tokenizer/spec.h"

namespace sbert::encoder {

// Everything but the vocabulary. Field names are those of tokenizer.json.
struct TokenizerSpec {
    bool clean_text = true;
    bool handle_chinese_chars = true;
    bool strip_accents = true; // null in the file has been resolved to the value of `lowercase`
    bool lowercase = true;
    uint32_t max_input_chars_per_word = 100; // characters, of the normalised word
    std::string continuing_subword_prefix = "##";
    int32_t unk_id = 100;
    std::vector<AddedToken>
        added_tokens; // those that are not in the model's vocabulary must not be in its table
    std::vector<int32_t> prefix_ids; // what the post-processor puts before the text: [CLS]
    std::vector<int32_t> suffix_ids; // and after it: [SEP]
};

components::ComponentsSpec to_components(const TokenizerSpec &spec);

} // namespace sbert::encoder
