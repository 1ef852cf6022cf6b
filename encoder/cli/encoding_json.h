// Tokens as the commands print them: {"ids":[...],"tokens":[...],"truncated":false}.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "encoder/tokenizer/encoding.h"

namespace sbert::cli {

// `text_of` gives the text of an id. With `offsets`, the bytes of each token as
// "offsets":[[b,e],...].
std::string encoding_to_json(const encoder::Encoding &encoding,
                             const std::function<std::string_view(int32_t)> &text_of, bool offsets);

} // namespace sbert::cli
