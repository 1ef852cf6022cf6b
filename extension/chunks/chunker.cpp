#include "extension/chunks/chunker.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "encoder/error.h"
#include "extension/chunks/white_space.h"

namespace sbert {

namespace {

// The most bytes of white space after a sentence whose tokens are counted with it.
constexpr size_t kCountedGap = 256;

} // namespace

Chunker::Chunker(std::string_view text, TokenReader &model, Breaks &breaks,
                 const ChunkOptions &options, encoder::StopFlag stop)
    : text_(text), model_(model), breaks_(breaks), options_(options),
      sentences_(breaks, text, stop), added_(model.count_tokens({}))
{
}

bool Chunker::next(Chunk &out)
{
    if (units_.size() == repeated_ && !read_units())
        return false;
    size_t count = 0, tokens = 0;
    while (!find_chunk(count, tokens))
        make_fit();
    out = {units_[0].begin, units_[count - 1].end, tokens};
    const size_t repeated = count_repeated(count);
    drop(count - repeated);
    repeated_ = repeated;
    return true;
}

// Finds how many units the chunk takes, and the tokens that the model reads of it. Returns false if
// no unit fits but repeated ones. The units' own tokens are an estimate: while the model reads more
// than may be, fewer units are tried.
bool Chunker::find_chunk(size_t &count, size_t &tokens)
{
    size_t room = options_.tokens - added_;
    for (size_t most = SIZE_MAX;; most = count - 1) {
        size_t fitting = std::min(count_fitting(room), most);
        if (most != SIZE_MAX) // white space may have had the tokens that were too many
            fitting = std::max(fitting, std::min(most, repeated_ + 1));
        if (fitting <= repeated_)
            return false;
        count = end_at_border(fitting);
        tokens = model_.count_tokens(body(0, count));
        const size_t all = tokens_of(0, count);
        if (tokens > options_.tokens) {
            room = all - std::min(all, tokens - options_.tokens);
            continue;
        }
        if (most == SIZE_MAX)
            grow(count, tokens);
        return true;
    }
}

// Takes more units while the model reads fewer tokens than they have alone.
void Chunker::grow(size_t &count, size_t &tokens)
{
    for (;;) {
        const size_t spare = options_.tokens - tokens;
        const size_t more = end_at_border(count_fitting(tokens_of(0, count) + spare));
        if (more <= count)
            return;
        const size_t all = model_.count_tokens(body(0, more));
        if (all > options_.tokens)
            return;
        count = more;
        tokens = all;
    }
}

// Appends the next sentence, or its words. Returns false at the end of the text.
bool Chunker::read_units()
{
    Sentence sentence;
    if (!sentences_.peek(sentence))
        return false;
    const size_t counted = std::min(sentence.next, sentence.end + kCountedGap);
    model_.find_tokens(text_.substr(sentence.begin, counted - sentence.begin), tokens_);
    const size_t tokens = tokens_to(sentence.end - sentence.begin, 0);
    const auto border = sentence.ends_paragraph ? ChunkBorder::kParagraph : ChunkBorder::kSentence;
    const Unit unit = {sentence.begin,          sentence.end,     tokens,
                       tokens_.size() - tokens, Level::kSentence, border};
    if (options_.by == ChunkBorder::kWord && divide(unit, Level::kWord, parts_))
        units_.insert(units_.end(), parts_.begin(), parts_.end());
    else
        units_.push_back(unit);
    sentences_.move(sentence);
    return true;
}

// How many units have at most `room` tokens together, and kMaxChunk bytes. Reads ahead until one
// does not fit.
size_t Chunker::count_fitting(size_t room)
{
    size_t sum = 0, count = 0;
    while (count < units_.size() || read_units()) {
        const Unit &unit = units_[count];
        if (sum + unit.tokens > room || unit.end - units_[0].begin > kMaxChunk)
            break;
        sum += unit.tokens + unit.gap;
        ++count;
    }
    return count;
}

// Of the first `count` units, which fit, how many a chunk takes.
size_t Chunker::end_at_border(size_t count) const
{
    const auto last_with = [&](ChunkBorder border) {
        size_t end = count;
        while (end > repeated_ && units_[end - 1].border < border)
            --end;
        return end > repeated_ ? end : 0;
    };
    const size_t paragraphs = last_with(ChunkBorder::kParagraph);
    if (options_.by == ChunkBorder::kParagraph && paragraphs != 0 &&
        tokens_of(0, paragraphs) + added_ >= options_.tokens / 2)
        return paragraphs;
    const size_t sentences = last_with(ChunkBorder::kSentence);
    return options_.by == ChunkBorder::kWord || sentences == 0 ? count : sentences;
}

size_t Chunker::tokens_of(size_t first, size_t last) const
{
    size_t sum = 0;
    for (size_t i = first; i < last; i++)
        sum += units_[i].tokens + units_[i].gap;
    return sum - units_[last - 1].gap;
}

// How many of the tokens in `tokens_`, counted from `from`, end at `end` or before.
size_t Chunker::tokens_to(size_t end, size_t from) const
{
    size_t token = from;
    while (token < tokens_.size() && tokens_[token] <= end)
        ++token;
    return token - from;
}

std::string_view Chunker::body(size_t first, size_t last) const
{
    const size_t begin = units_[first].begin;
    return text_.substr(begin, units_[last - 1].end - begin);
}

// Where no unit but repeated ones fits: repeats less, or cuts the unit.
void Chunker::make_fit()
{
    if (repeated_ > 0) {
        drop(1);
        --repeated_;
    } else {
        split_first();
    }
}

// Replaces the first unit by its parts of the next finer level that has more than one.
void Chunker::split_first()
{
    const Unit unit = units_[0];
    model_.find_tokens(text_.substr(unit.begin, unit.end - unit.begin), tokens_);
    for (auto level = static_cast<int>(unit.level) + 1;; level++) {
        if (level > static_cast<int>(Level::kCharacter))
            throw encoder::Error(encoder::ErrorCode::kLimit,
                                 "a single character of the text has more tokens than a chunk of " +
                                     std::to_string(options_.tokens),
                                 "Give chunks more tokens.");
        if (divide(unit, static_cast<Level>(level), parts_))
            break;
    }
    parts_.back().gap = unit.gap;
    units_.insert(units_.begin() + 1, parts_.begin() + 1, parts_.end());
    units_[0] = parts_[0];
}

// Overwrites `parts` with those of a unit whose tokens, and those of the white space after it, end
// at `tokens_`. Returns whether they are more than one.
bool Chunker::divide(const Unit &unit, Level level, std::vector<Unit> &parts)
{
    const std::string_view text = text_.substr(unit.begin, unit.end - unit.begin);
    breaks_.find(level, text, places_);
    places_.push_back(static_cast<uint32_t>(text.size()));
    parts.clear();
    size_t at = 0, token = 0;
    for (const uint32_t place : places_) {
        const size_t begin = trim_begin(text, at, place), end = trim_end(text, begin, place);
        at = place;
        const size_t before = tokens_to(begin, token);
        token += before;
        if (!parts.empty())
            parts.back().gap += before;
        if (begin == end)
            continue;
        const size_t tokens = tokens_to(end, token);
        token += tokens;
        parts.push_back(
            {unit.begin + begin, unit.begin + end, tokens, 0, level, ChunkBorder::kWord});
    }
    if (parts.size() < 2)
        return false;
    parts.back().gap = tokens_.size() - token;
    parts.back().border = unit.border;
    return true;
}

void Chunker::drop(size_t count) noexcept
{
    units_.erase(units_.begin(), units_.begin() + static_cast<ptrdiff_t>(count));
}

// How many of the last of the first `count` units the next chunk repeats.
size_t Chunker::count_repeated(size_t count)
{
    if (options_.overlap == 0)
        return 0;
    size_t first = count, sum = 0;
    for (; first > 1 && sum + units_[first - 1].tokens <= options_.overlap; --first)
        sum += units_[first - 1].tokens + (first > 1 ? units_[first - 2].gap : 0);
    while (first < count && model_.count_tokens(body(first, count)) > options_.overlap + added_)
        ++first;
    return count - first;
}

} // namespace sbert
