// Decomposition and recomposition as streams: a part is known with the change that it means for the
// alignment. Which part replaces and which is new is told before the marks are sorted, so a sorted
// run gets the places of its characters in their order.
#include "encoder/tokenizer/unicode_forms.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "encoder/tokenizer/unicode_tables.h"

namespace sbert::encoder {

namespace {

constexpr uint32_t kSyllableBase =
    0xAC00; // the names and the arithmetic of the Unicode Standard, section 3.12
constexpr uint32_t kLeadBase = 0x1100;
constexpr uint32_t kVowelBase = 0x1161;
constexpr uint32_t kTailBase = 0x11A7;
constexpr uint32_t kLeads = 19;
constexpr uint32_t kVowels = 21;
constexpr uint32_t kTails = 28;
constexpr uint32_t kSyllables = kLeads * kVowels * kTails;

struct Part {
    uint32_t code;
    uint32_t rank; // of its canonical combining class; 0: a starter
    int64_t change;
};

uint32_t compose_hangul(uint32_t first, uint32_t second)
{
    if (first - kLeadBase < kLeads && second - kVowelBase < kVowels)
        return kSyllableBase + ((first - kLeadBase) * kVowels + second - kVowelBase) * kTails;
    const bool open = first - kSyllableBase < kSyllables && (first - kSyllableBase) % kTails == 0;
    if (open && second - (kTailBase + 1) < kTails - 1)
        return first + (second - kTailBase);
    return 0;
}

// The character that two make together, or 0.
uint32_t compose(uint32_t first, uint32_t second)
{
    if (const uint32_t syllable = compose_hangul(first, second))
        return syllable;
    return composition_of(first, second);
}

// Puts parts together again, or hands them on as they come.
class Composer {
  public:
    Composer(bool composing, Rewriter &out) : composing_(composing), out_(out) {}

    void add(const Part &part)
    {
        if (!composing_)
            return out_.put(part.code, part.change);
        if (!starter_) {
            if (part.rank != 0)
                return out_.put(part.code, part.change);
            starter_ = part;
            return;
        }
        // A mark is blocked by one of its own or a higher class before it.
        const bool blocked = last_rank_ && *last_rank_ >= part.rank;
        const uint32_t composed = blocked ? 0 : compose(starter_->code, part.code);
        if (composed != 0) {
            starter_ = Part{composed, 0, starter_->change + part.change - 1};
        } else if (part.rank == 0) {
            flush();
            starter_ = part;
        } else {
            marks_.push_back(part);
            last_rank_ = part.rank;
        }
    }

    // The starter and the marks that have stayed behind it.
    void flush()
    {
        if (starter_)
            out_.put(starter_->code, starter_->change);
        for (const Part &mark : marks_)
            out_.put(mark.code, mark.change);
        starter_.reset();
        marks_.clear();
        last_rank_.reset();
    }

  private:
    bool composing_;
    Rewriter &out_;
    std::optional<Part> starter_;
    std::vector<Part> marks_;
    std::optional<uint32_t> last_rank_;
};

class Decomposer {
  public:
    Decomposer(bool compatible, Composer &out) : compatible_(compatible), out_(out) {}

    void add(uint32_t code)
    {
        const uint32_t index = code - kSyllableBase;
        if (index < kSyllables)
            return add_syllable(index);
        std::span<const uint32_t> parts;
        if (compatible_)
            parts = compatible_parts(code);
        if (parts.empty())
            parts = canonical_parts(code);
        if (parts.empty())
            parts = {&code, 1};
        int64_t change = 0;
        for (const uint32_t part : parts)
            push(part, std::exchange(change, 1));
    }

    void flush()
    {
        if (run_.size() > 1)
            std::stable_sort(run_.begin(), run_.end(),
                             [](const Part &a, const Part &b) { return a.rank < b.rank; });
        for (const Part &part : run_)
            out_.add(part);
        run_.clear();
    }

  private:
    void add_syllable(uint32_t index)
    {
        push(kLeadBase + index / (kVowels * kTails), 0);
        push(kVowelBase + index % (kVowels * kTails) / kTails, 1);
        if (index % kTails != 0)
            push(kTailBase + index % kTails, 1);
    }
    void push(uint32_t code, int64_t change)
    {
        const Part part = {code, char_properties(code).combining, change};
        if (part.rank == 0) {
            flush();
            out_.add(part);
        } else {
            run_.push_back(part);
        }
    }

    bool compatible_;
    Composer &out_;
    std::vector<Part> run_; // of combining marks, not yet sorted
};

} // namespace

bool is_plainly_decomposed(const Chars &text) noexcept
{
    return std::none_of(text.begin(), text.end(), [](const Char &c) {
        const CharProperties &properties = char_properties(c.code);
        return properties.combining != 0 || (properties.flags & kDecomposes) != 0 ||
               c.code - kSyllableBase < kSyllables;
    });
}

void to_unicode_form(UnicodeForm form, const Chars &text, StopFlag stop, Chars &out)
{
    Poll poll(stop);
    Rewriter rewriter(text, out);
    Composer composer(form == UnicodeForm::kNfc || form == UnicodeForm::kNfkc, rewriter);
    Decomposer decomposer(form == UnicodeForm::kNfkc || form == UnicodeForm::kNfkd, composer);
    for (const Char &c : text) {
        decomposer.add(c.code);
        poll.tick();
    }
    decomposer.flush();
    composer.flush();
}

} // namespace sbert::encoder
