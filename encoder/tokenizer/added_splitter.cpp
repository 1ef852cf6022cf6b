#include "encoder/tokenizer/added_splitter.h"

#include <algorithm>

#include "encoder/tokenizer/unicode_tables.h"

namespace sbert::encoder {

namespace {

bool inside_word(const Chars &text, size_t begin, size_t end)
{
    return (begin > 0 && has_flag(text[begin - 1].code, kWordChar)) ||
           (end < text.size() && has_flag(text[end].code, kWordChar));
}

// Where the white space that ends at `end` begins, at `floor` at the earliest.
size_t spaces_before(const Chars &text, size_t end, size_t floor)
{
    while (end > floor && has_flag(text[end - 1].code, kWhitespace))
        --end;
    return end;
}

size_t spaces_after(const Chars &text, size_t begin)
{
    while (begin < text.size() && has_flag(text[begin].code, kWhitespace))
        ++begin;
    return begin;
}

void add_text(size_t first, size_t last, std::vector<Piece> &out)
{
    if (first < last)
        out.push_back({static_cast<uint32_t>(first), static_cast<uint32_t>(last), -1});
}

} // namespace

AddedSplitter::AddedSplitter(const std::vector<AddedToken> &tokens, Stage stage,
                             const Normalizers &normalizers)
{
    for (const AddedToken &token : tokens) {
        if (token.normalized == (stage == Stage::kNormalized) && !token.content.empty())
            tokens_.push_back(token);
    }
    std::stable_partition(tokens_.begin(), tokens_.end(),
                          [](const AddedToken &token) { return token.special; });
    Chars content, scratch;
    for (size_t i = 0; i < tokens_.size(); ++i) {
        content.clear();
        decode_aligned(tokens_[i].content, {}, content);
        if (stage == Stage::kNormalized)
            normalizers.run(content, scratch, {});
        std::vector<uint32_t> codes;
        for (const Char &c : content)
            codes.push_back(c.code);
        if (!codes.empty())
            first_[codes[0] & 0xFF] = true;
        patterns_.add(std::move(codes), i);
        strips_left_ = strips_left_ || tokens_[i].lstrip;
    }
    patterns_.finish();
}

bool AddedSplitter::may_begin(uint32_t code) const
{
    PatternSet::Cursor cursor(patterns_);
    return cursor.feed(code) || cursor.matched();
}

AddedSplitter::Match AddedSplitter::match_at(const Chars &text, size_t at) const
{
    if (!first_[text[at].code & 0xFF])
        return {nullptr, 0, false};
    PatternSet::Cursor cursor(patterns_);
    bool open = true;
    for (size_t i = at; open && i < text.size(); ++i)
        open = cursor.feed(text[i].code);
    if (!cursor.matched())
        return {nullptr, 0, open};
    return {&tokens_[cursor.value()], at + cursor.length(), open};
}

bool AddedSplitter::is_open(const Chars &text, const Match &match)
{
    if (match.token == nullptr || match.open)
        return match.open;
    return (match.token->single_word && match.end == text.size()) ||
           (match.token->rstrip && spaces_after(text, match.end) == text.size());
}

size_t AddedSplitter::split(const Chars &text, size_t from, Rest rest, StopFlag stop,
                            std::vector<Piece> &out) const
{
    size_t at = patterns_.empty() ? text.size() : from;
    size_t done = from;  // what has been handed out
    size_t floor = from; // what is decided, but for white space that a token may strip
    Poll poll(stop);
    while (at < text.size()) {
        poll.tick();
        const Match match = match_at(text, at);
        if (rest == Rest::kFollows && is_open(text, match))
            break;
        if (match.token == nullptr) {
            ++at;
            continue;
        }
        // A match inside a word is none, and nothing else may match within it.
        if (!match.token->single_word || !inside_word(text, at, match.end))
            done = accept(text, at, match, done, out);
        at = floor = match.end;
    }
    if (rest == Rest::kFollows && strips_left_)
        at = spaces_before(text, at, std::min(at, std::max(floor, done)));
    add_text(done, at, out);
    return at;
}

// Appends the token and the text before it; returns where the token ends.
size_t AddedSplitter::accept(const Chars &text, size_t begin, const Match &match, size_t done,
                             std::vector<Piece> &out)
{
    if (match.token->lstrip)
        begin = std::max(spaces_before(text, begin, 0), done);
    size_t end = match.token->rstrip ? spaces_after(text, match.end) : match.end;
    end = std::max(begin, end);
    add_text(done, begin, out);
    out.push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(end), match.token->id});
    return end;
}

} // namespace sbert::encoder
