// Each normalizer as the library does it, quirks included; README.md lists them.
#include "encoder/tokenizer/normalizers.h"

#include <algorithm>

#include "encoder/error.h"
#include "encoder/tokenizer/byte_level.h"
#include "encoder/tokenizer/graphemes.h"
#include "encoder/tokenizer/unicode_forms.h"
#include "encoder/tokenizer/unicode_tables.h"

namespace sbert::encoder {

namespace {

constexpr size_t kLongestGrapheme = 5; // bytes of a cluster that Precompiled asks for whole

template <class Removed>
void remove(Chars &text, Removed removed)
{
    std::erase_if(text, [&](const Char &c) { return removed(c.code); });
}

void clean(Chars &text)
{
    remove(text, [](uint32_t code) { return has_flag(code, kRemoved); });
    for (Char &c : text) {
        if (has_flag(c.code, kSpaced))
            c.code = ' ';
    }
}

bool is_chinese(const Char &c) { return has_flag(c.code, kChinese); }

void space_chinese(const Chars &text, Chars &out)
{
    for (const Char &c : text) {
        const bool chinese = is_chinese(c);
        if (chinese)
            out.push_back({' ', c.begin, c.end});
        out.push_back(c);
        if (chinese)
            out.push_back({' ', c.begin, c.end});
    }
}

void lower(const Chars &text, Chars &out)
{
    for (const Char &c : text) {
        const int32_t distance = char_properties(c.code).lower;
        if (distance != kLowerSpecial) {
            out.push_back({c.code + static_cast<uint32_t>(distance), c.begin, c.end});
            continue;
        }
        for (const uint32_t code : special_lower(c.code))
            out.push_back({code, c.begin, c.end});
    }
}

// What SentencePiece's own normaliser does before its charsmap.
bool is_nmt_control(uint32_t code)
{
    return (code >= 1 && code <= 8) || code == 0xB || (code >= 0xE && code <= 0x1F) ||
           code == 0x7F || code == 0x8F || code == 0x9F;
}
bool is_nmt_space(uint32_t code)
{
    return code == 9 || code == 0xA || code == 0xC || code == 0xD || code == 0x1680 ||
           (code >= 0x200B && code <= 0x200F) || code == 0x2028 || code == 0x2029 ||
           code == 0x2581 || code == 0xFEFF || code == 0xFFFD;
}

void nmt(Chars &text)
{
    remove(text, is_nmt_control);
    for (Char &c : text) {
        if (is_nmt_space(c.code))
            c.code = ' ';
    }
}

void strip(Strip which, Chars &text)
{
    const auto is_space = [](const Char &c) { return has_flag(c.code, kWhitespace); };
    if (which.right) {
        const auto last = std::find_if_not(text.rbegin(), text.rend(), is_space);
        text.erase(last.base(), text.end());
    }
    if (which.left)
        text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), is_space));
}

// The characters that replace others, with the changes of their alignment. What a replacement takes
// away is booked on the last character before, whichever that is.
class CharsmapRun {
  public:
    CharsmapRun(const CharsmapView &map, const Chars &text) : map_(map), text_(text) {}

    void run(StopFlag stop)
    {
        Poll poll(stop);
        for (size_t at = 0; at < text_.size();) {
            const size_t end = grapheme_end(text_, at);
            if (end - at > kLongestGrapheme || !replace(at, end)) {
                for (size_t i = at; i < end; ++i) {
                    if (!replace(i, i + 1))
                        changed_.push_back({text_[i].code, 0});
                    poll.tick();
                }
            }
            at = end;
            poll.tick();
        }
    }
    bool modified() const { return modified_; }
    void write(Chars &out) const
    {
        Rewriter rewriter(text_, out);
        for (const Changed &c : changed_)
            rewriter.put(c.code, c.change);
    }

  private:
    struct Changed {
        uint32_t code;
        int32_t change;
    };

    bool replace(size_t begin, size_t end)
    {
        encode_chars(text_.data() + begin, end - begin, key_);
        if (key_.size() > kLongestGrapheme)
            return false;
        const auto found = charsmap_find(map_, key_);
        if (!found)
            return false;
        modified_ = true;
        const size_t before = changed_.size();
        for (const uint32_t code : decode_codes(*found))
            changed_.push_back({code, 0});
        const size_t added = changed_.size() - before;
        for (size_t i = end - begin; i < added; ++i)
            changed_[before + i].change = 1;
        if (added < end - begin && !changed_.empty())
            changed_.back().change -= static_cast<int32_t>(end - begin - added);
        return true;
    }

    const CharsmapView &map_;
    const Chars &text_;
    std::vector<Changed> changed_;
    std::string key_;
    bool modified_ = false;
};

// What is put in has the place of the character before the match's end.
void replace(const std::vector<Segment> &segments, const std::vector<uint32_t> &content,
             const Chars &text, Chars &out)
{
    for (const Segment &segment : segments) {
        if (!segment.match) {
            out.insert(out.end(), text.begin() + segment.first, text.begin() + segment.last);
            continue;
        }
        const Char place = segment.last == 0 ? Char{0, 0, 0} : text[segment.last - 1];
        for (const uint32_t code : content)
            out.push_back({code, place.begin, place.end});
    }
}

} // namespace

Normalizers::Normalizers(const std::vector<NormalizerSpec> &specs, const TokenizerView &view)
{
    for (const NormalizerSpec &spec : specs) {
        Step step;
        step.spec = spec;
        if (const auto *replace = std::get_if<Replace>(&spec)) {
            step.searcher.emplace(replace->pattern);
            step.text = decode_codes(replace->content);
        } else if (const auto *prepend = std::get_if<Prepend>(&spec)) {
            step.text = decode_codes(prepend->text);
        } else if (const auto *precompiled = std::get_if<Precompiled>(&spec)) {
            if (precompiled->charsmap >= view.charsmaps.size())
                throw Error(ErrorCode::kModelInvalid, "the normalizer \"Precompiled\" lacks its "
                                                      "charsmap");
            step.charsmap = view.charsmaps[precompiled->charsmap];
        }
        steps_.push_back(std::move(step));
    }
}

void Normalizers::run(Chars &text, Chars &scratch, StopFlag stop) const
{
    for (const Step &step : steps_) {
        stop.check();
        run_step(step, text, scratch, stop);
    }
}

void Normalizers::run_step(const Step &step, Chars &text, Chars &scratch, StopFlag stop) const
{
    if (text.empty())
        return;
    const auto rewrite = [&](auto &&write) {
        scratch.clear();
        write();
        text.swap(scratch);
    };
    const auto to_form = [&](UnicodeForm form) {
        rewrite([&] { to_unicode_form(form, text, stop, scratch); });
    };
    const auto to_lower = [&] { rewrite([&] { lower(text, scratch); }); };

    if (const auto *bert = std::get_if<BertNormalizer>(&step.spec)) {
        if (bert->clean_text)
            clean(text);
        if (bert->handle_chinese_chars && std::any_of(text.begin(), text.end(), is_chinese))
            rewrite([&] { space_chinese(text, scratch); });
        if (bert->strip_accents) {
            if (!is_plainly_decomposed(text))
                to_form(UnicodeForm::kNfd);
            remove(text, [](uint32_t code) { return has_flag(code, kMark); });
        }
        if (bert->lowercase)
            to_lower();
    } else if (const auto *form = std::get_if<UnicodeForm>(&step.spec)) {
        to_form(*form);
    } else if (std::holds_alternative<Lowercase>(step.spec)) {
        to_lower();
    } else if (const auto *which = std::get_if<Strip>(&step.spec)) {
        strip(*which, text);
    } else if (std::holds_alternative<StripAccents>(step.spec)) {
        remove(text, [](uint32_t code) { return has_flag(code, kCombiningMark); });
    } else if (std::holds_alternative<Nmt>(step.spec)) {
        nmt(text);
    } else if (std::holds_alternative<Precompiled>(step.spec)) {
        CharsmapRun run(step.charsmap, text);
        run.run(stop);
        if (run.modified())
            rewrite([&] { run.write(scratch); });
    } else if (std::holds_alternative<Replace>(step.spec)) {
        std::vector<Segment> segments;
        step.searcher->segments(text.data(), text.size(), 0, stop, segments);
        rewrite([&] { replace(segments, step.text, text, scratch); });
    } else if (std::holds_alternative<Prepend>(step.spec)) {
        const Char first = text.front();
        rewrite([&] {
            for (const uint32_t code : step.text)
                scratch.push_back({code, first.begin, first.end});
            scratch.insert(scratch.end(), text.begin(), text.end());
            if (step.text.empty()) // the library takes the place away
                scratch.front() = {first.code, 0, 0};
        });
    } else if (std::holds_alternative<ByteLevelNormalizer>(step.spec)) {
        rewrite([&] { to_byte_level(text.data(), text.size(), scratch); });
    }
}

} // namespace sbert::encoder
