// A pre-tokenizer first rewrites each piece, if it is one of the two that do, and then divides it.
#include "encoder/tokenizer/pretokenizers.h"

#include <algorithm>

#include "encoder/tokenizer/byte_level.h"
#include "encoder/tokenizer/unicode_tables.h"

namespace sbert::encoder {

namespace {

bool is_space(uint32_t code) { return has_flag(code, kWhitespace); }
bool is_punctuation(uint32_t code) { return has_flag(code, kPunctuation); }

// Writes every piece anew: `write(piece, is_text)` appends its characters.
template <class Write>
void rewrite(Pieces &pieces, StopFlag stop, Write write)
{
    Poll poll(stop);
    Chars out;
    out.reserve(pieces.text.size() + pieces.pieces.size());
    for (Piece &piece : pieces.pieces) {
        const auto first = static_cast<uint32_t>(out.size());
        const Char *chars = pieces.text.data() + piece.first;
        if (piece.token >= 0)
            out.insert(out.end(), chars, chars + (piece.last - piece.first));
        else
            write(chars, piece.last - piece.first, out);
        piece.first = first;
        piece.last = static_cast<uint32_t>(out.size());
        poll.tick();
    }
    pieces.text.swap(out);
}

void put_before(uint32_t code, const Char *chars, Chars &out)
{
    out.push_back({code, chars[0].begin, chars[0].end});
}

void write_metaspace(const Metaspace &spec, const Char *chars, size_t count, Chars &out)
{
    const uint32_t first = chars[0].code == ' ' ? spec.replacement : chars[0].code;
    const bool wanted = spec.prepend_scheme == PrependScheme::kAlways ||
                        (spec.prepend_scheme == PrependScheme::kFirst && chars[0].begin == 0);
    if (wanted && first != spec.replacement)
        put_before(spec.replacement, chars, out);
    for (size_t i = 0; i < count; ++i) {
        out.push_back(chars[i]);
        if (chars[i].code == ' ')
            out.back().code = spec.replacement;
    }
}

void prepare(const PreTokenizerSpec &spec, Pieces &pieces, StopFlag stop)
{
    if (const auto *metaspace = std::get_if<Metaspace>(&spec)) {
        rewrite(pieces, stop, [&](const Char *chars, size_t count, Chars &out) {
            write_metaspace(*metaspace, chars, count, out);
        });
    } else if (const auto *bytes = std::get_if<ByteLevel>(&spec)) {
        if (!bytes->add_prefix_space)
            return;
        rewrite(pieces, stop, [](const Char *chars, size_t count, Chars &out) {
            if (chars[0].code != ' ')
                put_before(' ', chars, out);
            out.insert(out.end(), chars, chars + count);
        });
    }
}

// SentencePiece takes the scripts of Japanese for one.
class Scripts {
  public:
    Scripts()
        : han_(char_properties(0x4E00).script), hiragana_(char_properties(0x3042).script),
          katakana_(char_properties(0x30AB).script)
    {
    }
    // 0: belongs to any
    uint8_t of(uint32_t code) const
    {
        const uint8_t script = char_properties(code).script;
        if (code == 0x30FC || script == hiragana_ || script == katakana_)
            return han_;
        return code == ' ' ? 0 : script;
    }

  private:
    uint8_t han_, hiragana_, katakana_;
};

// What comes before the first character with a script is dropped, as in the library.
void split_scripts(const Char *chars, size_t count, uint32_t first, std::vector<Segment> &out)
{
    const Scripts scripts;
    uint8_t last = 0;
    for (size_t i = 0; i < count; ++i) {
        const uint8_t script = scripts.of(chars[i].code);
        const auto at = first + static_cast<uint32_t>(i);
        if (script != 0 && script != last)
            out.push_back({at, at, false});
        if (!out.empty())
            out.back().last = at + 1;
        last = script != 0 ? script : last;
    }
}

// \w+|[^\w\s]+
void split_words(const Char *chars, size_t count, uint32_t first, std::vector<Segment> &out)
{
    for (size_t i = 0; i < count;) {
        if (is_space(chars[i].code)) {
            ++i;
            continue;
        }
        const size_t begin = i;
        const bool word = has_flag(chars[i].code, kWordChar);
        while (i < count && has_flag(chars[i].code, kWordChar) == word && !is_space(chars[i].code))
            ++i;
        out.push_back(
            {first + static_cast<uint32_t>(begin), first + static_cast<uint32_t>(i), true});
    }
}

void split_bert(const Char *chars, size_t count, uint32_t first, std::vector<Segment> &out)
{
    std::vector<Segment> words;
    segments_of(chars, count, first, is_space, words);
    apply_behavior(Behavior::kRemoved, words);
    for (const Segment &word : words)
        segments_of(chars + (word.first - first), word.last - word.first, word.first,
                    is_punctuation, out);
}

void split_length(size_t count, uint32_t first, uint32_t length, std::vector<Segment> &out)
{
    for (size_t i = 0; i < count; i += length) {
        const size_t end = std::min<size_t>(count, i + length);
        out.push_back({first + static_cast<uint32_t>(i), first + static_cast<uint32_t>(end), true});
    }
}

} // namespace

PreTokenizers::PreTokenizers(const std::vector<PreTokenizerSpec> &specs)
{
    for (const PreTokenizerSpec &spec : specs) {
        Step step;
        step.spec = spec;
        if (const auto *split = std::get_if<Split>(&spec))
            step.searcher.emplace(split->pattern);
        steps_.push_back(std::move(step));
    }
}

void PreTokenizers::run(Pieces &pieces, StopFlag stop) const
{
    std::vector<Segment> segments;
    std::vector<Piece> divided;
    for (const Step &step : steps_) {
        prepare(step.spec, pieces, stop);
        Poll poll(stop);
        divided.clear();
        for (const Piece &piece : pieces.pieces) {
            poll.tick();
            if (piece.token >= 0) {
                divided.push_back(piece);
                continue;
            }
            segments.clear();
            divide(step, pieces.text, piece, stop, segments);
            for (const Segment &segment : segments) {
                if (segment.first != segment.last)
                    divided.push_back({segment.first, segment.last, -1});
            }
        }
        pieces.pieces.swap(divided);
        if (std::holds_alternative<ByteLevel>(step.spec))
            rewrite(pieces, stop, to_byte_level);
    }
}

void PreTokenizers::divide(const Step &step, const Chars &text, const Piece &piece, StopFlag stop,
                           std::vector<Segment> &out) const
{
    const Char *chars = text.data() + piece.first;
    const size_t count = piece.last - piece.first;
    const uint32_t first = piece.first;
    const auto by_member = [&](Behavior behavior, auto member) {
        segments_of(chars, count, first, member, out);
        apply_behavior(behavior, out);
    };

    if (std::holds_alternative<BertPreTokenizer>(step.spec)) {
        split_bert(chars, count, first, out);
    } else if (const auto *bytes = std::get_if<ByteLevel>(&step.spec)) {
        if (bytes->use_regex)
            gpt2_words(chars, count, first, stop, out);
        else
            out.push_back({piece.first, piece.last, false});
    } else if (const auto *metaspace = std::get_if<Metaspace>(&step.spec)) {
        if (metaspace->split)
            by_member(Behavior::kMergedWithNext,
                      [&](uint32_t code) { return code == metaspace->replacement; });
        else
            out.push_back({piece.first, piece.last, false});
    } else if (std::holds_alternative<Whitespace>(step.spec)) {
        split_words(chars, count, first, out);
    } else if (std::holds_alternative<WhitespaceSplit>(step.spec)) {
        by_member(Behavior::kRemoved, is_space);
    } else if (const auto *split = std::get_if<Split>(&step.spec)) {
        step.searcher->segments(chars, count, first, stop, out);
        if (split->invert) {
            for (Segment &segment : out)
                segment.match = !segment.match;
        }
        apply_behavior(split->behavior, out);
    } else if (const auto *punctuation = std::get_if<Punctuation>(&step.spec)) {
        by_member(punctuation->behavior, is_punctuation);
    } else if (const auto *digits = std::get_if<Digits>(&step.spec)) {
        by_member(digits->individual_digits ? Behavior::kIsolated : Behavior::kContiguous,
                  [](uint32_t code) { return has_flag(code, kNumeric); });
    } else if (const auto *delimiter = std::get_if<CharDelimiterSplit>(&step.spec)) {
        by_member(Behavior::kRemoved, [&](uint32_t code) { return code == delimiter->delimiter; });
    } else if (std::holds_alternative<UnicodeScripts>(step.spec)) {
        split_scripts(chars, count, first, out);
    } else if (const auto *fixed = std::get_if<FixedLength>(&step.spec)) {
        split_length(count, first, fixed->length, out);
    }
}

} // namespace sbert::encoder
