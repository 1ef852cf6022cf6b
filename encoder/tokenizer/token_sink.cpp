#include "encoder/tokenizer/token_sink.h"

#include <algorithm>

#include "encoder/tokenizer/byte_level.h"
#include "encoder/tokenizer/unicode_tables.h"
#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder {

namespace {

bool is_space(uint32_t code)
{
    return code == kByteLevelSpace || (char_properties(code).flags & kWhitespace) != 0;
}

uint32_t length_of(uint32_t code)
{
    return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

} // namespace

TokenSink::Spaces TokenSink::count_spaces(std::string_view text)
{
    Spaces spaces = {0, 0};
    for (size_t at = 0; at < text.size();) {
        const Decoded decoded = utf8_decode(text, at);
        if (decoded.length == 0 || !is_space(decoded.code))
            break;
        at += decoded.length;
        ++spaces.leading;
    }
    for (size_t end = text.size(); end > 0;) {
        const Decoded decoded = utf8_decode_before(text, end);
        if (decoded.length == 0 || !is_space(decoded.code))
            break;
        end -= decoded.length;
        ++spaces.trailing;
    }
    return spaces;
}

void WordSink::push_aligned(int32_t id, size_t begin, size_t end, std::string_view text)
{
    if (end > bytes_.size() || begin >= end) {
        // Only byte_fallback with a suffix reaches beyond the word; the library gives such offsets
        // as they are.
        sink_.push({id, static_cast<uint32_t>(begin), static_cast<uint32_t>(end)}, text);
        return;
    }
    while (byte_ + length_of(chars_[at_].code) <= begin)
        byte_ += length_of(chars_[at_++].code);
    size_t last = at_, byte = byte_;
    while (byte + length_of(chars_[last].code) < end)
        byte += length_of(chars_[last++].code);
    sink_.push({id, chars_[at_].begin, chars_[last].end}, text);
}

} // namespace sbert::encoder
