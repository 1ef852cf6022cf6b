// Cuts a text into chunks that a model reads to their end.
//
// A chunk takes as many sentences as fit. By paragraphs it ends where the last paragraph of them
// does, if it is then at least half full. A sentence that does not fit alone is cut at the ends of
// its words, a word that does not fit alone at those of its parts, a part at those of its grapheme
// clusters, and a cluster between its characters.
//
// Chunks are stretches of the text without the white space around them. All of the text that is
// not white space is in one of them. Memory does not grow with the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

#include "encoder/stop_flag.h"
#include "extension/chunks/breaks.h"
#include "extension/chunks/sentence_reader.h"

namespace sbert {

// The most bytes of a chunk, however few tokens they are.
inline constexpr size_t kMaxChunk = size_t{1} << 20;

// How a model reads texts.
class TokenReader {
  public:
    virtual ~TokenReader() = default;
    // Overwrites `out` with the bytes at which the tokens of `text` end (exclusive), in their
    // order, without those that the model adds.
    virtual void find_tokens(std::string_view text, std::vector<uint32_t> &out) = 0;
    // The number of tokens that the model reads of a text, with those that it adds.
    virtual size_t count_tokens(std::string_view text) = 0;
};

enum class ChunkBorder { kWord, kSentence, kParagraph };

struct ChunkOptions {
    size_t tokens;  // the most of a chunk, with those that the model adds
    size_t overlap; // the most tokens of a chunk's end that the next one repeats
    ChunkBorder by;
};

struct Chunk {
    size_t begin; // bytes, end exclusive
    size_t end;
    size_t tokens; // count_tokens() of these bytes
};

class Chunker {
  public:
    // The text is UTF-8. REQUIRES: all outlive the object; options.tokens is more than the model
    // adds to a text, and options.overlap is less.
    Chunker(std::string_view text, TokenReader &model, Breaks &breaks, const ChunkOptions &options,
            encoder::StopFlag stop);

    // Returns false at the end of the text. Throws Error: kInterrupted, after which it may be
    // called again; kLimit if one character has more tokens than a chunk; what the model throws.
    bool next(Chunk &out);

  private:
    // A stretch of text that is not cut further unless it must be.
    struct Unit {
        size_t begin;
        size_t end;
        size_t tokens; // read alone, and so only near to what it adds to a chunk
        size_t gap;    // tokens of the white space that follows
        Level level;
        ChunkBorder border; // what ends with it
    };

    bool find_chunk(size_t &count, size_t &tokens);
    void grow(size_t &count, size_t &tokens);
    bool read_units();
    size_t count_fitting(size_t room);
    size_t end_at_border(size_t count) const;
    size_t tokens_of(size_t first, size_t last) const;
    size_t tokens_to(size_t end, size_t from) const;
    std::string_view body(size_t first, size_t last) const;
    void make_fit();
    void split_first();
    bool divide(const Unit &unit, Level level, std::vector<Unit> &parts);
    void drop(size_t count) noexcept;
    size_t count_repeated(size_t count);

    std::string_view text_;
    TokenReader &model_;
    Breaks &breaks_;
    const ChunkOptions options_;
    SentenceReader sentences_;
    const size_t added_; // tokens that the model adds to a text

    std::deque<Unit> units_;  // of the chunk to come, and what was read beyond it
    size_t repeated_ = 0;     // how many of them the last chunk had
    std::vector<Unit> parts_; // of a unit that is cut
    std::vector<uint32_t> tokens_, places_;
};

} // namespace sbert
