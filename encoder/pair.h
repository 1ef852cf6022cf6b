// Two texts as one sequence: what a cross-encoder reads.
#pragma once

#include <string_view>
#include <vector>

#include "encoder/tokenizer/tokenizer.h"

namespace sbert::encoder {

struct PairEncoding {
    Encoding tokens;
    std::vector<uint32_t> types; // of each token
};

// Tokenises both texts with the special tokens around them. Where they are more than `max_tokens`,
// the longer one is cut until they fit, then both equally (the library's "longest_first"). `second`
// is scratch. Throws Error: what Tokenizer::encode() throws.
void encode_pair(const Tokenizer &tokenizer, const PairTemplate &pair, std::string_view a,
                 std::string_view b, uint32_t max_tokens, StopFlag stop, PairEncoding &out,
                 Encoding &second);

} // namespace sbert::encoder
