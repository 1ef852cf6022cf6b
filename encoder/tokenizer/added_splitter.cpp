// The library's find_matches(): see added_splitter.h.
#include "encoder/tokenizer/added_splitter.h"

#include <algorithm>

#include "encoder/tokenizer/unicode_tables.h"

namespace sbert::encoder::components {

namespace {

bool has_flag(const Char &c, CharFlag flag) { return (char_properties(c.code).flags & flag) != 0; }

bool inside_word(const Chars &text, size_t begin, size_t end)
{
    return (begin > 0 && has_flag(text[begin - 1], kWordChar)) ||
           (end < text.size() && has_flag(text[end], kWordChar));
}

} // namespace

AddedSplitter::AddedSplitter(const std::vector<AddedToken> &tokens, Stage stage,
                             const Normalizers &normalizers)
{
    for (const AddedToken &token : tokens) {
        if (token.normalized == (stage == Stage::kNormalized) && !token.content.empty())
            tokens_.push_back(token);
    }
    for (size_t i = 0; i < tokens_.size(); ++i) {
        Chars content;
        decode_aligned(tokens_[i].content, {}, content);
        if (stage == Stage::kNormalized)
            normalizers.run(content, {});
        std::vector<uint32_t> codes;
        for (const Char &c : content)
            codes.push_back(c.code);
        if (!codes.empty())
            first_[codes[0] & 0xFF] = true;
        patterns_.add(std::move(codes), i);
    }
    patterns_.finish();
}

AddedSplitter::Match AddedSplitter::match_at(const Chars &text, size_t at) const
{
    if (!first_[text[at].code & 0xFF])
        return {nullptr, 0};
    PatternSet::Cursor cursor(patterns_);
    for (size_t i = at; i < text.size() && cursor.feed(text[i].code); ++i) {
    }
    if (!cursor.matched())
        return {nullptr, 0};
    return {&tokens_[cursor.value()], at + cursor.length()};
}

void AddedSplitter::split(const Chars &text, StopFlag stop, std::vector<Piece> &out) const
{
    size_t done = 0; // what has been handed out
    if (!patterns_.empty()) {
        Poll poll(stop);
        for (size_t at = 0; at < text.size();) {
            poll.tick();
            const Match match = match_at(text, at);
            if (match.token == nullptr) {
                ++at;
                continue;
            }
            // A match inside a word is none, and nothing else may match within it.
            if (!match.token->single_word || !inside_word(text, at, match.end))
                accept(text, at, match, done, out);
            at = match.end;
        }
    }
    if (done < text.size())
        out.push_back({static_cast<uint32_t>(done), static_cast<uint32_t>(text.size()), -1});
}

void AddedSplitter::accept(const Chars &text, size_t begin, const Match &match, size_t &done,
                           std::vector<Piece> &out) const
{
    size_t end = match.end;
    if (match.token->lstrip) {
        size_t stripped = begin;
        while (stripped > 0 && has_flag(text[stripped - 1], kWhitespace))
            --stripped;
        begin = std::max(stripped, done);
    }
    if (match.token->rstrip) {
        while (end < text.size() && has_flag(text[end], kWhitespace))
            ++end;
    }
    if (done < begin)
        out.push_back({static_cast<uint32_t>(done), static_cast<uint32_t>(begin), -1});
    out.push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(end), match.token->id});
    done = end;
}

} // namespace sbert::encoder::components
