// The word buffer. Plain ASCII needs no alignment arrays; the first other character writes them.
#include "encoder/tokenizer/word.h"

#include <algorithm>

#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder {

namespace {

constexpr size_t kInitialBytes =
    512; // 100 characters of any script, as in every published BERT tokenizer

}

Word::Word(uint32_t max_chars)
    : max_chars_(max_chars), bytes_(kInitialBytes), begins_(kInitialBytes), ends_(kInitialBytes)
{
}

void Word::reserve(size_t more)
{
    if (bytes_.size() - size_ >= more)
        return;
    const size_t size = std::max(bytes_.size() * 2, size_ + more);
    bytes_.resize(size);
    begins_.resize(size);
    ends_.resize(size);
}

void Word::make_aligned()
{
    for (size_t i = 0; i < size_; ++i) {
        begins_[i] = begin_ + static_cast<uint32_t>(i);
        ends_[i] = begins_[i] + 1;
    }
    plain_ = false;
}

void Word::append(const NormalChar &c)
{
    if (chars_++ == 0)
        begin_ = c.begin;
    end_ = c.end;
    if (too_long())
        return;
    if (plain_)
        make_aligned();
    reserve(4);
    const uint32_t length = utf8_encode(c.code, bytes_.data() + size_);
    for (uint32_t i = 0; i < length; ++i) {
        begins_[size_ + i] = c.begin;
        ends_[size_ + i] = c.end;
    }
    size_ += length;
}

void Word::append_ascii(const char *text, size_t length, uint32_t begin, const char *map)
{
    if (chars_ == 0)
        begin_ = begin;
    else if (plain_ && end_ != begin) // characters were removed in between
        make_aligned();
    chars_ += length;
    end_ = begin + static_cast<uint32_t>(length);
    if (too_long())
        return;
    reserve(length);
    for (size_t i = 0; i < length; ++i)
        bytes_[size_ + i] = map[static_cast<uint8_t>(text[i])];
    if (!plain_) {
        for (size_t i = 0; i < length; ++i) {
            begins_[size_ + i] = begin + static_cast<uint32_t>(i);
            ends_[size_ + i] = begins_[size_ + i] + 1;
        }
    }
    size_ += length;
}

} // namespace sbert::encoder
