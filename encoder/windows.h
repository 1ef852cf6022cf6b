// A long sequence of tokens in windows that a model can read.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "encoder/tokenizer/encoding.h"

namespace sbert::encoder {

// Tokens first ... last - 1 are read together; the results of from ... to - 1 are taken.
struct Window {
    size_t first, last;
    size_t from, to;
};

// Windows of at most `size` tokens over all of them, each token taken from one. Two windows overlap
// by about half and share what lies there equally, so that a taken token has a quarter of a window
// before and behind it, unless the text ends there. Windows begin and end between words, and so do
// the parts that are taken, unless a word alone is longer than half a window. REQUIRES: size > 0.
std::vector<Window> windows_of(std::span<const Token> tokens, size_t size);

} // namespace sbert::encoder
