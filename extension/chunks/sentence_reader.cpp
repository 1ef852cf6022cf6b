#include "extension/chunks/sentence_reader.h"

#include <algorithm>

#include "encoder/tokenizer/utf8.h"
#include "extension/chunks/white_space.h"

namespace sbert {

SentenceReader::SentenceReader(Breaks &breaks, std::string_view text, encoder::StopFlag stop)
    : breaks_(breaks), text_(text), stop_(stop)
{
}

bool SentenceReader::peek(Sentence &out)
{
    if (!begun_) {
        at_ = read_gap(text_, 0, stop_).end;
        begun_ = true;
    }
    if (at_ == text_.size())
        return false;
    // A sentence of white space alone was passed with the white space before it.
    while (next_ < ends_.size() && window_ + ends_[next_] <= at_)
        ++next_;
    if (next_ >= ends_.size())
        read_window();
    const size_t end = trim_end(text_, at_, window_ + ends_[next_]);
    const Gap gap = read_gap(text_, end, stop_);
    out = {at_, end, gap.end, gap.ends_paragraph};
    return true;
}

void SentenceReader::move(const Sentence &sentence) noexcept { at_ = sentence.next; }

// Whether a sentence ends at a place depends on what follows up to the next letter or end of a
// sentence (rule SB8). So of a window that is not the text's last all ends but the last are true.
// The last two are given up because a dictionary, too, decides by what follows.
void SentenceReader::read_window()
{
    stop_.check();
    window_ = at_;
    next_ = 0;
    std::string_view window = text_.substr(at_, kMaxSentence);
    const bool last = window.size() == text_.size() - at_;
    if (!last) {
        size_t end = window.size();
        while (end > 1 && !encoder::utf8_is_start(text_[at_ + end]))
            --end;
        window = window.substr(0, end);
    }
    breaks_.find(Level::kSentence, window, ends_);
    if (last)
        ends_.push_back(static_cast<uint32_t>(window.size()));
    else if (ends_.empty())
        ends_.push_back(cut(window));
    else
        ends_.resize(std::max<size_t>(ends_.size(), 3) - 2);
}

// Where a window without an end of a sentence is cut: as far back as its last word may begin.
uint32_t SentenceReader::cut(std::string_view window)
{
    std::vector<uint32_t> places;
    for (const Level level : {Level::kWord, Level::kPart, Level::kGrapheme}) {
        breaks_.find(level, window, places);
        if (!places.empty())
            return places.back();
    }
    return static_cast<uint32_t>(window.size());
}

} // namespace sbert
