// The original text as chunks between the added tokens that are matched in it before normalisation.
// A chunk's end is found as it is read, a window at a time, so that little more is looked at than
// is needed; each window polls the flag. Knows bytes only; does not decode the chunks, nor own the
// text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "encoder/stop_flag.h"
#include "encoder/tokenizer/added_tokens.h"

namespace sbert::encoder {

class ChunkReader {
  public:
    static constexpr size_t kWindow = 32 * 1024; // bytes between two polls of the flag

    // REQUIRES: `added` and `text` outlive the reader.
    ChunkReader(const AddedTokens &added, std::string_view text, StopFlag stop)
        : added_(added), text_(text), stop_(stop)
    {
    }

    std::string_view text() const { return text_; }

    // Whether the chunk ends at or before `at`. Throws Error(kInterrupted).
    bool at_end(size_t at)
    {
        while (at >= limit_ && !closed_)
            extend();
        return at >= limit_;
    }
    // Bytes up to here are known to belong to the chunk.
    size_t limit() const { return limit_; }

    // The added token that ends the chunk, white space that it strips included.
    struct Match {
        const AddedToken *token; // null: the text ends
        size_t begin;
        size_t end;
    };
    // REQUIRES: at_end() has returned true.
    const Match &match() const { return match_; }
    // Begins the chunk after the match and returns where. REQUIRES: match().token is not null.
    size_t next_chunk();

    void check_stop() const { stop_.check(); }

  private:
    void extend();
    bool match_at(size_t at);
    bool inside_word(size_t begin, size_t end) const;
    void close(const AddedToken &token, size_t begin, size_t end);
    size_t spaces_before(size_t end, size_t floor) const;
    size_t spaces_after(size_t begin) const;

    const AddedTokens &added_;
    std::string_view text_;
    StopFlag stop_;
    size_t chunk_begin_ = 0;
    size_t limit_ = 0;
    size_t scanned_ = 0; // no match begins before this byte, but for those already given
    bool closed_ = false;
    Match match_ = {nullptr, 0, 0};
};

} // namespace sbert::encoder
