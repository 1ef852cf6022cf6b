// A text as normalised characters, each with the bytes of the original text that it stands for: the
// BertNormalizer of the `tokenizers` library (clean_text, handle_chinese_chars, strip_accents,
// lowercase, in this order). Not the splitting into words (pretokenizer.h), nor the search for
// added tokens (added_tokens.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "encoder/tokenizer/chunk_reader.h"
#include "encoder/tokenizer/tokenizer.h"
#include "encoder/tokenizer/unicode_tables.h"

namespace sbert::encoder {

// A character after normalisation. [begin, end) are bytes of the original text: those of the
// character that it came from, or, among reordered combining marks, of the character at its place,
// as the library aligns them.
struct NormalChar {
    uint32_t code;
    uint32_t begin;
    uint32_t end;
};

class Normalizer {
  public:
    // `kept_marks`: how many of the surviving combining marks of one run are handed on, besides the
    // last one. The caller takes a number that already makes a word unknown, so that a run of any
    // length needs bounded memory.
    Normalizer(const TokenizerSpec &spec, size_t kept_marks);

    // Reads the character at `at`, and the non-ASCII ones after it up to a batch, and appends what
    // they become (maybe nothing) to `out`. Returns where to go on. A run of combining marks is
    // read whole, up to the chunk's end. REQUIRES: !reader.at_end(at). Throws Error: kInvalidText,
    // kInterrupted.
    size_t read(ChunkReader &reader, size_t at, std::vector<NormalChar> &out) const;

  private:
    struct Source;
    size_t read_char(ChunkReader &reader, size_t at, std::vector<NormalChar> &out) const;
    size_t decompose(ChunkReader &reader, const Source &source, std::vector<NormalChar> &out) const;
    void emit(uint32_t code, const CharProperties &properties, const Source &source,
              std::vector<NormalChar> &out) const;

    bool clean_text_;
    bool handle_chinese_chars_;
    bool strip_accents_;
    bool lowercase_;
    size_t kept_marks_;
};

} // namespace sbert::encoder
