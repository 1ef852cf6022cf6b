#include "encoder/tokenizer/bert_stream.h"

#include <algorithm>

#include "encoder/tokenizer/unicode_tables.h"
#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder {

namespace {

constexpr size_t kWindow = 32 * 1024;       // bytes of ASCII between two polls of the flag
constexpr size_t kBlock = 4096;             // characters, or more where a block may not end
constexpr size_t kLongestMarks = 64 * 1024; // of combining marks that is kept whole
// Characters after which added tokens are searched for with what there is. Only white space keeps
// a search waiting for so long, and only its place then depends on what follows.
constexpr size_t kLongestWait = 256 * 1024;

} // namespace

void BertStream::run()
{
    size_t at = 0;
    do {
        stop_.check();
        at = read_ascii(at);
        if (at < text_.size() && kind(at) == ByteKind::kOther && !sink_.finished())
            at = read_block(at);
    } while (at < text_.size() && !sink_.finished());
    end_chunk();
}

// ---- ASCII -------------------------------------------------------------------------------------

// Reads words of ASCII up to what is a matter of the components, or to the end of a window.
size_t BertStream::read_ascii(size_t at)
{
    const size_t limit = std::min(text_.size(), at + kWindow);
    while (at < limit && !sink_.finished()) {
        const size_t begin = at++;
        switch (kind(begin)) {
        case ByteKind::kWord:
            while (at < limit && kind(at) == ByteKind::kWord)
                ++at;
            if (word_.empty() && ends_word(at))
                split_plain(begin, at);
            else
                append_plain(begin, at);
            break;
        case ByteKind::kSpace:
            end_word();
            break;
        case ByteKind::kPunctuation:
            end_word();
            split_plain(begin, at);
            break;
        case ByteKind::kRemoved:
            break;
        case ByteKind::kOther:
            return begin;
        }
    }
    return at;
}

bool BertStream::ends_word(size_t at) const
{
    return at == text_.size() || kind(at) == ByteKind::kSpace || kind(at) == ByteKind::kPunctuation;
}

void BertStream::split_plain(size_t begin, size_t end)
{
    bytes_.resize(end - begin);
    for (size_t i = 0; i < bytes_.size(); ++i)
        bytes_[i] = steps_.lower[static_cast<uint8_t>(text_[begin + i])];
    WordSink word(static_cast<uint32_t>(begin), bytes_, sink_);
    model_.split(word, stop_);
}

void BertStream::append_plain(size_t begin, size_t end)
{
    for (size_t i = begin; i < end; ++i) {
        const auto code = static_cast<uint32_t>(steps_.lower[static_cast<uint8_t>(text_[i])]);
        append({code, static_cast<uint32_t>(i), static_cast<uint32_t>(i) + 1});
    }
}

// ---- everything else ---------------------------------------------------------------------------

// Reads a block that begins at `at`, or with white space before it that a token may take. Returns
// where to go on.
size_t BertStream::read_block(size_t at)
{
    const size_t begin = block_begin(at);
    for (size_t least = 1;; least = 2 * least + steps_.original.longest()) {
        block_.clear();
        pieces_.clear();
        if (begin > 0) { // one character of context
            const Decoded before = utf8_decode_before(text_, begin);
            block_.push_back({before.code, 0, 0});
        }
        const size_t from = block_.size();
        const size_t end = read_chars(begin, least);
        const bool last = end == text_.size() || block_.size() > kLongestWait;
        const auto rest = last ? AddedSplitter::Rest::kNone : AddedSplitter::Rest::kFollows;
        size_t decided = steps_.original.split(block_, from, rest, stop_, pieces_);
        if (decided < block_.size())
            decided = end_at_starter(decided);
        const size_t next = decided == block_.size() ? end : block_[decided].begin;
        if (next <= at)
            continue; // a longer block
        for (const Piece &piece : pieces_) {
            if (piece.first < piece.last)
                take(piece);
        }
        return next;
    }
}

// The white space before `at`, which the short cut has passed, may belong to a token that strips
// it. Reading it again does no harm: it separates words.
size_t BertStream::block_begin(size_t at) const
{
    if (!steps_.original.strips_left() || !steps_.normalized.empty())
        return at;
    const size_t floor = std::max(token_end_, at - std::min(at, kLongestWait));
    while (at > floor) {
        const Decoded before = utf8_decode_before(text_, at);
        if (before.length == 0 || before.length > at - floor || !has_flag(before.code, kWhitespace))
            break;
        at -= before.length;
    }
    return at;
}

// Appends at least so many characters of the text to the block, up to a place where it may end.
//
// A run of combining marks may be as long as the text. Beyond kLongestMarks those that are deleted
// anyway are left out, which changes no token; and when so many stay that their word is unknown,
// only its end is kept.
size_t BertStream::read_chars(size_t at, size_t least)
{
    Poll poll(stop_);
    size_t run = 0;
    for (size_t count = 0; at < text_.size() && !ends_block(at, count, least); ++count) {
        poll.tick();
        const Decoded decoded = utf8_decode_checked(text_, at);
        const auto begin = static_cast<uint32_t>(at);
        const uint32_t end = begin + decoded.length;
        at = end;
        const bool starter = steps_.is_starter(decoded.code);
        if (run >= kLongestMarks && !starter) {
            if (steps_.is_deleted(decoded.code))
                continue;
            if (run > kLongestMarks + steps_.max_word_chars) {
                block_.back().end = end;
                continue;
            }
        }
        run = starter ? 0 : run + 1;
        block_.push_back({decoded.code, begin, end});
    }
    return at;
}

bool BertStream::ends_block(size_t at, size_t count, size_t least) const
{
    if (count < least)
        return false;
    const ByteKind next = kind(at);
    if (next != ByteKind::kOther && next != ByteKind::kRemoved)
        return true;
    return count >= kBlock && steps_.is_starter(utf8_decode_checked(text_, at).code);
}

// What has been decided ends where a block may end: the last piece of text gives up the beginning
// of a run of marks.
size_t BertStream::end_at_starter(size_t decided)
{
    if (pieces_.empty() || pieces_.back().token >= 0)
        return decided;
    Piece &text = pieces_.back();
    while (text.last > text.first && !steps_.is_starter(block_[text.last].code))
        --text.last;
    decided = text.last;
    if (text.last == text.first)
        pieces_.pop_back();
    return decided;
}

void BertStream::take(const Piece &piece)
{
    if (piece.token >= 0) {
        end_chunk();
        token_end_ = block_[piece.last - 1].end;
        push_token(piece, block_);
        return;
    }
    chunk_.assign(block_.begin() + piece.first, block_.begin() + piece.last);
    steps_.normalizers.run(chunk_, scratch_, stop_);
    if (steps_.normalized.empty()) {
        for (const Char &c : chunk_)
            add(c);
        return;
    }
    pending_.insert(pending_.end(), chunk_.begin(), chunk_.end());
    search_normalized(pending_.size() > kLongestWait ? AddedSplitter::Rest::kNone
                                                     : AddedSplitter::Rest::kFollows);
}

void BertStream::push_token(const Piece &piece, const Chars &text)
{
    encode_chars(text.data() + piece.first, piece.last - piece.first, bytes_);
    sink_.begin_word();
    sink_.push({piece.token, text[piece.first].begin, text[piece.last - 1].end}, bytes_);
}

// Hands on the normalised text as far as the added tokens in it are known.
void BertStream::search_normalized(AddedSplitter::Rest rest)
{
    found_.clear();
    const size_t decided = steps_.normalized.split(pending_, pending_from_, rest, stop_, found_);
    for (const Piece &piece : found_) {
        if (piece.token >= 0 && piece.first < piece.last) {
            end_word();
            push_token(piece, pending_);
            continue;
        }
        for (uint32_t i = piece.first; i < piece.last; ++i)
            add(pending_[i]);
    }
    pending_from_ = std::min<size_t>(decided, 1); // one character of context
    pending_.erase(pending_.begin(),
                   pending_.begin() + static_cast<ptrdiff_t>(decided - pending_from_));
}

void BertStream::end_chunk()
{
    search_normalized(AddedSplitter::Rest::kNone);
    pending_.clear();
    pending_from_ = 0;
    end_word();
}

// ---- words -------------------------------------------------------------------------------------

// BertPreTokenizer, a normalised character at a time.
void BertStream::add(const Char &c)
{
    const uint16_t flags = char_properties(c.code).flags;
    if ((flags & (kWhitespace | kPunctuation)) == 0)
        return append(c);
    end_word();
    if ((flags & kPunctuation) != 0) {
        append(c);
        end_word();
    }
}

void BertStream::append(const Char &c)
{
    if (word_.size() <= steps_.max_word_chars)
        word_.push_back(c);
    else
        word_.back().end = c.end;
}

void BertStream::end_word()
{
    if (word_.empty())
        return;
    encode_chars(word_.data(), word_.size(), bytes_);
    WordSink word(word_.data(), bytes_, sink_);
    model_.split(word, stop_);
    word_.clear();
}

} // namespace sbert::encoder
