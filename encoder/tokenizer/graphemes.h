// Extended grapheme clusters, which Precompiled asks its charsmap for as a whole.
// (Unicode Standard Annex 29, in the version of the library's tables)
#pragma once

#include "encoder/tokenizer/aligned_text.h"

namespace sbert::encoder {

// Where the cluster that begins at `at` ends. Linear in its length. REQUIRES: at < text.size(), and
// a boundary at `at`.
size_t grapheme_end(const Chars &text, size_t at) noexcept;

} // namespace sbert::encoder
