// Normalised text to words: the BertPreTokenizer. White space separates words and is dropped; each
// punctuation character is a word. ASCII has a path of its own that skips the normaliser.
#pragma once

#include <array>

#include "encoder/tokenizer/chunk_reader.h"
#include "encoder/tokenizer/wordpiece.h"

namespace sbert::encoder {

// What becomes of an ASCII character, all steps together. Derived from the spec once; 256 entries
// because it is indexed by any byte.
enum class AsciiKind : uint8_t { kWord, kSpace, kPunctuation, kRemoved, kNotAscii };
struct AsciiTable {
    explicit AsciiTable(const TokenizerSpec &spec);
    std::array<AsciiKind, 256> kind;
    std::array<char, 256> map; // the normalised character
};

class PreTokenizer {
  public:
    // REQUIRES: all arguments outlive the object.
    PreTokenizer(const TokenizerSpec &spec, const VocabularyView &vocabulary,
                 const AsciiTable &ascii, TokenSink &sink)
        : ascii_(ascii), word_(spec.max_input_chars_per_word), pieces_(spec, vocabulary),
          sink_(sink)
    {
    }

    void add(const NormalChar &c);
    // Takes the ASCII characters at `at`, up to the first other one, the known part of the chunk or
    // a full sink. Returns where to go on. REQUIRES: an ASCII character at `at`, and at <
    // reader.limit().
    size_t add_ascii(const ChunkReader &reader, size_t at);
    void end_word()
    {
        if (word_.empty())
            return;
        pieces_.split(word_, sink_);
        word_.clear();
    }

  private:
    const AsciiTable &ascii_;
    Word word_;
    WordPiece pieces_;
    TokenSink &sink_;
};

} // namespace sbert::encoder
