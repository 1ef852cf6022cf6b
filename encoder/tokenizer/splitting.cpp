// Dividing text: see splitting.h. The five behaviors are those of the library's NormalizedString.
#include "encoder/tokenizer/splitting.h"

#include <algorithm>

#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder {

namespace {

// Collects matches as segments, and what lies between them.
class Cover {
  public:
    Cover(uint32_t first, std::vector<Segment> &out) : first_(first), out_(out) {}
    void match(size_t begin, size_t end)
    {
        gap(begin);
        out_.push_back({place(begin), place(end), true});
        done_ = end;
    }
    void gap(size_t end)
    {
        if (done_ != end)
            out_.push_back({place(done_), place(end), false});
    }

  private:
    uint32_t place(size_t at) const { return first_ + static_cast<uint32_t>(at); }

    uint32_t first_;
    std::vector<Segment> &out_;
    size_t done_ = 0;
};

// Joins a segment to the one before it where `joins` says so.
template <class Joins>
void fold(std::vector<Segment> &segments, Joins joins)
{
    size_t kept = 0;
    bool previous = false;
    for (size_t i = 0; i < segments.size(); ++i) {
        const Segment segment = segments[i];
        if (kept > 0 && joins(segment.match, previous))
            segments[kept - 1].last = segment.last;
        else
            segments[kept++] = segment;
        previous = segment.match;
    }
    segments.resize(kept);
}

// The same from the end on: a match takes what follows it.
void fold_back(std::vector<Segment> &segments)
{
    size_t kept = segments.size();
    bool previous = false;
    for (size_t i = segments.size(); i-- > 0;) {
        const Segment segment = segments[i];
        if (kept < segments.size() && segment.match && !previous)
            segments[kept].first = segment.first;
        else
            segments[--kept] = segment;
        previous = segment.match;
    }
    segments.erase(segments.begin(), segments.begin() + static_cast<ptrdiff_t>(kept));
}

} // namespace

Searcher::Searcher(const Pattern &pattern)
{
    if (pattern.regex)
        regex_.emplace(pattern.text);
    else
        text_ = decode_codes(pattern.text);
}

void Searcher::segments(const Char *chars, size_t count, uint32_t first, StopFlag stop,
                        std::vector<Segment> &out) const
{
    if (regex_)
        find_regex(chars, count, first, stop, out);
    else
        find_text(chars, count, first, stop, out);
}

void Searcher::find_text(const Char *chars, size_t count, uint32_t first, StopFlag stop,
                         std::vector<Segment> &out) const
{
    Poll poll(stop);
    Cover cover(first, out);
    if (text_.empty()) { // matches before every character and at the end
        for (size_t i = 0; i <= count; ++i)
            cover.match(i, i);
        return;
    }
    for (size_t i = 0; i + text_.size() <= count;) {
        poll.tick();
        const bool found = std::equal(text_.begin(), text_.end(), chars + i,
                                      [](uint32_t code, const Char &c) { return code == c.code; });
        if (found)
            cover.match(i, i + text_.size());
        i += found ? text_.size() : 1;
    }
    cover.gap(count);
}

void Searcher::find_regex(const Char *chars, size_t count, uint32_t first, StopFlag stop,
                          std::vector<Segment> &out) const
{
    std::string text;
    haystack(chars, count, text);
    Cover cover(first, out);
    size_t at = 0, byte = 0; // a character, and where it begins in `text`
    const auto char_at = [&](size_t target) {
        for (; byte < target; ++at)
            while (++byte < text.size() && !utf8_is_start(text[byte])) {
            }
        return at;
    };
    size_t from = 0, last_end = SIZE_MAX;
    for (Regex::Match match; from <= text.size() && regex_->search(text, from, stop, match);) {
        stop.check();
        if (match.begin == match.end && match.end == last_end) {
            from += 1; // no empty match directly after another
            while (from < text.size() && !utf8_is_start(text[from]))
                ++from;
            continue;
        }
        from = last_end = match.end;
        const size_t begin = char_at(match.begin);
        cover.match(begin, char_at(match.end));
    }
    cover.gap(count);
}

void apply_behavior(Behavior behavior, std::vector<Segment> &segments)
{
    switch (behavior) {
    case Behavior::kIsolated:
        return;
    case Behavior::kRemoved:
        std::erase_if(segments, [](const Segment &segment) { return segment.match; });
        return;
    case Behavior::kContiguous:
        return fold(segments, [](bool match, bool previous) { return match == previous; });
    case Behavior::kMergedWithPrevious:
        return fold(segments, [](bool match, bool previous) { return match && !previous; });
    case Behavior::kMergedWithNext:
        return fold_back(segments);
    }
}

} // namespace sbert::encoder
