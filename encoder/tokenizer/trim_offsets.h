// trim_offsets: white space at the ends of a token's text does not count as its place.
#pragma once

#include <span>
#include <string_view>

#include "encoder/tokenizer/spec.h"
#include "encoder/tokenizer/token_sink.h"

namespace sbert::encoder {

// Moves begin and end of the tokens of `text` inwards, by characters of it, as the library's
// process_offsets() does. `spaces` has an entry for each token.
void trim_offsets(const TrimOffsets &spec, std::string_view text, std::span<Token> tokens,
                  std::span<const TokenSink::Spaces> spaces);

} // namespace sbert::encoder
