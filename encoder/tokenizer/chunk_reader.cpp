// The search for added tokens in the original text, as the library's find_matches does it.
#include "encoder/tokenizer/chunk_reader.h"

#include <algorithm>

#include "encoder/tokenizer/unicode_tables.h"
#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder {

namespace {

bool has_flag(Decoded decoded, CharFlag flag)
{
    return decoded.length != 0 && (char_properties(decoded.code).flags & flag) != 0;
}

} // namespace

size_t ChunkReader::next_chunk()
{
    chunk_begin_ = match_.end;
    limit_ = match_.end;
    // The search goes on at the token's own end: `scanned_` may lie before the white space that it
    // stripped.
    closed_ = false;
    match_ = {nullptr, 0, 0};
    return chunk_begin_;
}

// Looks through one more window.
void ChunkReader::extend()
{
    stop_.check();
    const size_t begin = scanned_;
    size_t end = begin + std::min(kWindow, text_.size() - begin);
    while (end < text_.size() && end - begin < kWindow + 3 && !utf8_is_start(text_[end]))
        ++end;
    if (!added_.raw().empty()) {
        while (scanned_ < end) {
            if (!added_.may_begin(text_[scanned_]))
                ++scanned_;
            else if (match_at(scanned_))
                return;
        }
    }
    scanned_ = std::max(scanned_, end);
    closed_ = scanned_ == text_.size();
    // White space at the window's end may belong to a token that strips it; it waits for what
    // follows.
    size_t known = scanned_;
    if (added_.any_raw_lstrip() && !closed_) {
        known = spaces_before(scanned_, begin);
        if (known == begin)
            return;
    }
    limit_ = std::max(limit_, known);
}

// Tries the added tokens at a place and moves the search on. Returns whether one ends the chunk.
bool ChunkReader::match_at(size_t at)
{
    PatternSet::Cursor cursor(added_.raw());
    for (size_t i = at; i < text_.size() && cursor.feed(static_cast<uint8_t>(text_[i])); ++i) {
    }
    if (!cursor.matched()) {
        ++scanned_;
        return false;
    }
    const AddedToken &token = added_.token(cursor.value());
    const size_t end = at + cursor.length();
    scanned_ = end;
    if (token.single_word && inside_word(at, end))
        return false; // and nothing else may match within it
    close(token, at, end);
    return true;
}

bool ChunkReader::inside_word(size_t begin, size_t end) const
{
    const bool before = begin > 0 && has_flag(utf8_decode_before(text_, begin), kWordChar);
    return before || (end < text_.size() && has_flag(utf8_decode(text_, end), kWordChar));
}

void ChunkReader::close(const AddedToken &token, size_t begin, size_t end)
{
    if (token.lstrip)
        begin = std::max(spaces_before(begin, limit_), chunk_begin_);
    if (token.rstrip)
        end = spaces_after(end);
    match_ = {&token, begin, std::max(begin, end)};
    limit_ = std::max(begin, chunk_begin_);
    closed_ = true;
}

// The first byte of the white space that ends at `end`, or `floor` when it reaches that far.
size_t ChunkReader::spaces_before(size_t end, size_t floor) const
{
    size_t polled = end;
    while (end > floor) {
        const Decoded decoded = utf8_decode_before(text_, end);
        if (!has_flag(decoded, kWhitespace) || decoded.length > end - floor)
            break;
        end -= decoded.length;
        if (polled - end >= kWindow) {
            stop_.check();
            polled = end;
        }
    }
    return end;
}

// The end of the white space that begins at `begin`.
size_t ChunkReader::spaces_after(size_t begin) const
{
    size_t polled = begin;
    while (begin < text_.size()) {
        const Decoded decoded = utf8_decode(text_, begin);
        if (!has_flag(decoded, kWhitespace))
            break;
        begin += decoded.length;
        if (begin - polled >= kWindow) {
            stop_.check();
            polled = begin;
        }
    }
    return begin;
}

} // namespace sbert::encoder
