// The library's find_matches over normalised text, as a stream. In the library the white space
// beside a token matters only to the token's offsets: it separates words either way.
#include "encoder/tokenizer/added_matcher.h"

#include "encoder/tokenizer/unicode_tables.h"

namespace sbert::encoder {

namespace {

bool has_flag(const NormalChar &c, CharFlag flag)
{
    return (char_properties(c.code).flags & flag) != 0;
}

} // namespace

void AddedMatcher::add(const std::vector<NormalChar> &chars)
{
    window_.insert(window_.end(), chars.begin(), chars.end());
    drain(added_.normalized().longest()); // a match and the character after it must be in sight
}

void AddedMatcher::end_chunk()
{
    drain(0);
    words_.end_word();
    after_word_ = false;
    in_spaces_ = false;
    stretching_ = false;
}

void AddedMatcher::drain(size_t keep)
{
    size_t at = 0;
    while (window_.size() - at > keep)
        at += match_at(at);
    window_.erase(window_.begin(), window_.begin() + static_cast<ptrdiff_t>(at));
}

// Decides the window's character `at`; returns how many characters have been decided with it.
size_t AddedMatcher::match_at(size_t at)
{
    PatternSet::Cursor cursor(added_.normalized());
    for (size_t i = at; i < window_.size() && cursor.feed(window_[i].code); ++i) {
    }
    if (!cursor.matched()) {
        pass(window_[at]);
        return 1;
    }
    const size_t length = cursor.length();
    const AddedToken &token = added_.token(cursor.value());
    if (!token.single_word || !inside_word(at, length)) {
        accept(token, std::span(window_).subspan(at, length));
        return length;
    }
    for (size_t i = 0; i < length; ++i) // nothing else may match within it
        pass(window_[at + i]);
    return length;
}

bool AddedMatcher::inside_word(size_t at, size_t length) const
{
    const size_t after = at + length;
    return after_word_ || (after < window_.size() && has_flag(window_[after], kWordChar));
}

// A character that belongs to no added token.
void AddedMatcher::pass(const NormalChar &c)
{
    words_.add(c);
    after_word_ = has_flag(c, kWordChar);
    if (!has_flag(c, kWhitespace)) {
        in_spaces_ = false;
        stretching_ = false;
    } else if (stretching_) {
        sink_.stretch_last(c.end);
    } else if (!in_spaces_) {
        in_spaces_ = true;
        spaces_begin_ = c.begin;
    }
}

void AddedMatcher::accept(const AddedToken &token, std::span<const NormalChar> match)
{
    words_.end_word();
    uint32_t begin = token.lstrip && in_spaces_ ? spaces_begin_ : match.front().begin;
    if (stretching_) { // the token before strips white space even from this one
        size_t spaces = 0;
        for (; spaces < match.size() && has_flag(match[spaces], kWhitespace); ++spaces)
            sink_.stretch_last(match[spaces].end);
        if (token.lstrip && spaces < match.size())
            begin = match[spaces].begin;
    }
    sink_.push({token.id, begin, match.back().end});
    after_word_ = has_flag(match.back(), kWordChar);
    in_spaces_ = false;
    stretching_ = token.rstrip;
}

} // namespace sbert::encoder
