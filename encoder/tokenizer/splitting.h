// Text divided by a pattern: which stretches match and which lie between, and what a
// pre-tokenizer's behavior makes of them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "encoder/tokenizer/aligned_text.h"
#include "encoder/tokenizer/regex.h"
#include "encoder/tokenizer/spec.h"

namespace sbert::encoder {

// Characters [first, last) of a text. The segments of a text cover it in order; a match may be
// empty.
struct Segment {
    uint32_t first;
    uint32_t last;
    bool match;
};

// A Pattern made ready: a text to be found, or a compiled regular expression.
class Searcher {
  public:
    // Throws Error(kModelInvalid) on an invalid regular expression.
    explicit Searcher(const Pattern &pattern);

    // Appends the segments of `chars`, places counted from `first`. Matches do not overlap; an
    // empty one does not follow another match directly. Not for empty texts. Throws Error: kLimit,
    // kInterrupted.
    void segments(const Char *chars, size_t count, uint32_t first, StopFlag stop,
                  std::vector<Segment> &out) const;

  private:
    void find_regex(const Char *chars, size_t count, uint32_t first, StopFlag stop,
                    std::vector<Segment> &out) const;
    void find_text(const Char *chars, size_t count, uint32_t first, StopFlag stop,
                   std::vector<Segment> &out) const;

    std::vector<uint32_t> text_;
    std::optional<Regex> regex_;
};

// The same for a set of characters: each member is a match of its own.
template <class Member>
void segments_of(const Char *chars, size_t count, uint32_t first, Member member,
                 std::vector<Segment> &out)
{
    size_t done = 0;
    for (size_t i = 0; i < count; ++i) {
        if (!member(chars[i].code))
            continue;
        const auto at = first + static_cast<uint32_t>(i);
        if (done != i)
            out.push_back({first + static_cast<uint32_t>(done), at, false});
        out.push_back({at, at + 1, true});
        done = i + 1;
    }
    if (done != count)
        out.push_back(
            {first + static_cast<uint32_t>(done), first + static_cast<uint32_t>(count), false});
}

// Turns segments into what the behavior leaves: afterwards every segment is a piece, in order, and
// `match` means nothing.
void apply_behavior(Behavior behavior, std::vector<Segment> &segments);

} // namespace sbert::encoder
