#include "extension/tagging/split.h"

#include <array>
#include <string>

#include "encoder/tokenizer/unicode_tables.h"
#include "encoder/tokenizer/utf8.h"

namespace sbert::tagging {

using namespace encoder;

namespace {

enum class Kind { kLetter, kDigit, kSpace, kPunctuation, kChinese, kExtend, kSign, kNothing };

struct Sign {
    uint32_t code, begin, end;
    Kind kind;
};

Kind kind_of(uint32_t code)
{
    const CharProperties &properties = char_properties(code);
    const auto has = [&](CharFlag flag) { return (properties.flags & flag) != 0; };
    if (has(kWhitespace) || has(kSpaced))
        return Kind::kSpace;
    if (has(kChinese))
        return Kind::kChinese;
    if (has(kNumber))
        return Kind::kDigit;
    if (has(kLetter))
        return Kind::kLetter;
    const GraphemeClass grapheme = properties.grapheme;
    if (has(kCombiningMark) || grapheme == GraphemeClass::kExtend ||
        grapheme == GraphemeClass::kSpacing || grapheme == GraphemeClass::kJoiner)
        return Kind::kExtend;
    return has(kPunctuation) ? Kind::kPunctuation : Kind::kSign;
}

bool is_word(Kind kind) { return kind == Kind::kLetter || kind == Kind::kDigit; }
bool is_apostrophe(uint32_t code) { return code == '\'' || code == 0x2019; }

// A run of the text between white space.
class Chunk {
  public:
    Chunk(const std::vector<Sign> &signs, std::vector<WordPlace> &out) : signs_(signs), out_(out) {}

    void run()
    {
        for (size_t at = 0; at < signs_.size();)
            at = signs_[at].kind == Kind::kPunctuation ? punctuation(at) : word(at);
    }

  private:
    Kind kind(size_t at) const { return at < signs_.size() ? signs_[at].kind : Kind::kNothing; }
    uint32_t code(size_t at) const { return at < signs_.size() ? signs_[at].code : 0; }

    // Behind the marks and joiners that follow, and what is joined.
    size_t extend(size_t at) const
    {
        while (kind(at) == Kind::kExtend)
            at += code(at) == 0x200D && kind(at + 1) == Kind::kSign ? 2 : 1;
        return at;
    }

    size_t put(size_t from, size_t to)
    {
        out_.push_back({signs_[from].begin, signs_[to - 1].end});
        return to;
    }

    // Whether the sign at `at` stands within a word that began at `from`.
    bool joins(size_t from, size_t at) const
    {
        const Kind before = kind(at - 1), behind = kind(at + 1);
        const bool letters = is_word(behind) && (is_word(before) || before == Kind::kExtend);
        switch (code(at)) {
        case '-':
        case 0x2010:
        case 0x2011:
        case '/':
        case '_':
        case '&':
            return letters;
        case '\'':
        case 0x2019:
            return letters && ending(at) == 0;
        case ',':
        case ':':
            return before == Kind::kDigit && behind == Kind::kDigit;
        case '.':
            if (before == Kind::kDigit && behind == Kind::kDigit)
                return true;
            // J. and U.S., and a point within a name as in example.org.
            return letters || (before == Kind::kLetter && initials(from, at));
        default:
            return false;
        }
    }

    // Whether every letter from `from` to `at` stands alone between points.
    bool initials(size_t from, size_t at) const
    {
        for (size_t i = from; i < at; i++)
            if ((kind(i) == Kind::kLetter) != ((i - from) % 2 == 0))
                return false;
        return (at - from) % 2 == 1;
    }

    // The number of signs of an English ending that begins at the apostrophe `at`, or 0.
    size_t ending(size_t at) const
    {
        static constexpr std::array<std::string_view, 6> kEndings = {"s",  "m",  "d",
                                                                     "ll", "re", "ve"};
        std::string rest;
        for (size_t i = at + 1; kind(i) == Kind::kLetter && rest.size() < 3; i++)
            rest += static_cast<char>(code(i) < 0x80 ? code(i) | 0x20 : '?');
        for (const std::string_view known : kEndings)
            if (rest == known)
                return 1 + known.size();
        return 0;
    }

    // Whether "n't" ends a word at `at`, its n.
    bool negates(size_t at) const
    {
        return (code(at) | 0x20) == 'n' && is_apostrophe(code(at + 1)) &&
               (code(at + 2) | 0x20) == 't' && !is_word(kind(at + 3));
    }

    bool address(size_t at) const
    {
        while (kind(at) == Kind::kLetter)
            at++;
        return code(at) == ':' && code(at + 1) == '/' && code(at + 2) == '/';
    }

    // The whole rest of the chunk but for punctuation at its end.
    size_t put_address(size_t from)
    {
        size_t to = signs_.size();
        while (to > from + 1 && kind(to - 1) == Kind::kPunctuation && code(to - 1) != '/')
            to--;
        return put(from, to);
    }

    size_t word(size_t from)
    {
        if (!is_word(kind(from)))
            return put(from, extend(from + 1));
        if (address(from))
            return put_address(from);
        return put(from, word_end(from, from));
    }

    size_t word_end(size_t from, size_t at) const
    {
        while (at < signs_.size()) {
            if (at > from && negates(at))
                break;
            if (is_word(kind(at)) || kind(at) == Kind::kExtend)
                at++;
            else if (at > from && kind(at) == Kind::kPunctuation && joins(from, at))
                at++;
            else if (code(at) == '&' && joins(from, at))
                at++;
            else
                break;
        }
        return at;
    }

    size_t punctuation(size_t at)
    {
        const uint32_t sign = code(at);
        if ((sign == '@' || sign == '#') && (is_word(kind(at + 1)) || code(at + 1) == '_') &&
            !is_word(kind(at - 1)))
            return put(at, word_end(at + 1, at + 1));
        if (is_apostrophe(sign) && at > 0 && is_word(kind(at - 1)))
            if (const size_t n = ending(at); n > 0)
                return put(at, at + n);
        size_t to = extend(at + 1);
        while (to < signs_.size() && code(to) == sign)
            to = extend(to + 1);
        return put(at, to);
    }

    const std::vector<Sign> &signs_;
    std::vector<WordPlace> &out_;
};

} // namespace

void split_words(std::string_view text, StopFlag stop, std::vector<WordPlace> &out)
{
    out.clear();
    std::vector<Sign> signs;
    const auto flush = [&] {
        Chunk(signs, out).run();
        signs.clear();
    };
    for (uint32_t at = 0; at < text.size();) {
        stop.check_at(at);
        const Decoded decoded = utf8_decode_checked(text, at);
        const Sign sign = {decoded.code, at, at + decoded.length, kind_of(decoded.code)};
        at += decoded.length;
        if (sign.kind == Kind::kSpace)
            flush();
        else
            signs.push_back(sign);
    }
    flush();
}

static bool ends_sentence(uint32_t code)
{
    return code == '.' || code == '!' || code == '?' || code == 0x2026 || code == 0x3002 ||
           code == 0xFF01 || code == 0xFF1F || code == 0x0964 || code == 0x061F;
}

static bool closes(uint32_t code)
{
    return code == '"' || code == '\'' || code == ')' || code == ']' || code == 0x201D ||
           code == 0x2019 || code == 0xBB || code == 0x300D;
}

static uint32_t first_code(std::string_view text, const WordPlace &word)
{
    return utf8_decode(text, word.begin).code;
}

// Whether the words [from, at) end with a short capitalised one that touches the point at `at`.
static bool abbreviates(std::string_view text, const std::vector<WordPlace> &words, size_t from,
                        size_t at)
{
    if (at == from || first_code(text, words[at]) != '.' || words[at - 1].end != words[at].begin ||
        words[at].end - words[at].begin != 1)
        return false;
    const CharProperties &first = char_properties(first_code(text, words[at - 1]));
    return words[at - 1].end - words[at - 1].begin <= 3 && (first.flags & kLetter) != 0 &&
           first.lower != 0;
}

static bool empty_line_between(std::string_view text, const WordPlace &word, const WordPlace &next)
{
    const std::string_view space = text.substr(word.end, next.begin - word.end);
    const size_t line = space.find('\n');
    return line != std::string_view::npos && space.find('\n', line + 1) != std::string_view::npos;
}

std::vector<uint32_t> sentence_ends(std::string_view text, const std::vector<WordPlace> &words)
{
    std::vector<uint32_t> ends;
    size_t from = 0;
    for (size_t at = 0; at < words.size(); at++) {
        size_t last = at;
        const bool ended =
            ends_sentence(first_code(text, words[at])) && !abbreviates(text, words, from, at);
        while (ended && last + 1 < words.size() && words[last].end == words[last + 1].begin &&
               closes(first_code(text, words[last + 1])))
            last++;
        const bool line =
            last + 1 < words.size() && empty_line_between(text, words[last], words[last + 1]);
        if (!ended && !line && last + 1 < words.size() && at + 1 - from < kLongestSentence)
            continue;
        at = last;
        from = last + 1;
        ends.push_back(static_cast<uint32_t>(from));
    }
    return ends;
}

} // namespace sbert::tagging
