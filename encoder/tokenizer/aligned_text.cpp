#include "encoder/tokenizer/aligned_text.h"

#include <algorithm>

#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder {

void decode_aligned(std::string_view text, StopFlag stop, Chars &out)
{
    Poll poll(stop);
    for (size_t at = 0; at < text.size();) {
        const Decoded decoded = utf8_decode_checked(text, at);
        const auto begin = static_cast<uint32_t>(at);
        out.push_back({decoded.code, begin, begin + decoded.length});
        at += decoded.length;
        poll.tick();
    }
}

std::vector<uint32_t> decode_codes(std::string_view text)
{
    std::vector<uint32_t> codes;
    for (size_t at = 0; at < text.size();) {
        const Decoded decoded = utf8_decode_checked(text, at);
        codes.push_back(decoded.code);
        at += decoded.length;
    }
    return codes;
}

void encode_chars(const Char *chars, size_t count, std::string &out)
{
    out.clear();
    for (size_t i = 0; i < count; ++i)
        utf8_append(chars[i].code, out);
}

void Rewriter::put(uint32_t code, int64_t change)
{
    Char c = {code, 0, 0};
    const bool fresh = change > 0;
    if (fresh ? at_ > 0 : !old_.empty()) {
        const Char &place = old_[std::min(fresh ? at_ - 1 : at_, old_.size() - 1)];
        c.begin = place.begin;
        c.end = place.end;
    }
    out_.push_back(c);
    if (!fresh)
        at_ = std::min(old_.size(), at_ + 1 + static_cast<size_t>(-change));
}

} // namespace sbert::encoder
