#include "extension/chunks/white_space.h"

#include <unicode/uchar.h>

#include <algorithm>

#include "encoder/tokenizer/utf8.h"

namespace sbert {

using encoder::Decoded;

namespace {

constexpr uint32_t kParagraphSeparator = 0x2029;

// The characters after which UAX 14 always breaks a line.
bool is_line_end(uint32_t code)
{
    return (code >= '\n' && code <= '\r') || code == 0x85 || code == 0x2028;
}

} // namespace

bool is_space(uint32_t code) noexcept
{
    if (code < 0x80)
        return code == ' ' || (code >= '\t' && code <= '\r');
    return u_isUWhiteSpace(static_cast<UChar32>(code)) != 0;
}

Gap read_gap(std::string_view text, size_t at, encoder::StopFlag stop)
{
    bool ends_paragraph = false, after_return = false;
    int line_ends = 0;
    for (size_t i = 1; at < text.size(); i++) {
        stop.check_at(i);
        const Decoded next = encoder::utf8_decode(text, at);
        if (next.length == 0 || !is_space(next.code))
            return {at, ends_paragraph || line_ends > 1};
        ends_paragraph |= next.code == kParagraphSeparator;
        // A line feed after a carriage return ends the same line.
        if (is_line_end(next.code) && !(after_return && next.code == '\n'))
            line_ends = std::min(line_ends + 1, 2);
        after_return = next.code == '\r';
        at += next.length;
    }
    return {at, true};
}

size_t trim_end(std::string_view text, size_t begin, size_t end) noexcept
{
    while (end > begin) {
        const Decoded last = encoder::utf8_decode_before(text, end);
        if (last.length == 0 || !is_space(last.code))
            break;
        end -= last.length;
    }
    return end;
}

size_t trim_begin(std::string_view text, size_t begin, size_t end) noexcept
{
    while (begin < end) {
        const Decoded first = encoder::utf8_decode(text, begin);
        if (first.length == 0 || !is_space(first.code))
            break;
        begin += first.length;
    }
    return begin;
}

} // namespace sbert
