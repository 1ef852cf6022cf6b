// White space of a UTF-8 text, which separates words, and line ends, which separate paragraphs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "encoder/stop_flag.h"

namespace sbert {

// The property White_Space of Unicode.
bool is_space(uint32_t code) noexcept;

// A stretch of white space.
struct Gap {
    size_t end;          // where it ends
    bool ends_paragraph; // a paragraph separator, two line ends or more, or the end of the text
};

// The white space that begins at `at`; of no bytes if there is none. Polls `stop`. REQUIRES: at <=
// text.size().
Gap read_gap(std::string_view text, size_t at, encoder::StopFlag stop);

// Where the white space at the end of text[begin, end) begins; `begin` if there is nothing else.
size_t trim_end(std::string_view text, size_t begin, size_t end) noexcept;

// Where the white space at the beginning of text[begin, end) ends; `end` if there is nothing else.
size_t trim_begin(std::string_view text, size_t begin, size_t end) noexcept;

} // namespace sbert
