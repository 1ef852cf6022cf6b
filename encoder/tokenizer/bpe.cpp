// The symbols of a word are a linked list over an array, the pairs that may be merged a heap. An
// entry of the heap that has been overtaken is seen by its outcome, as in the library.
#include "encoder/tokenizer/bpe.h"

#include <algorithm>

#include "encoder/error.h"
#include "encoder/tokenizer/utf8.h"
#include "encoder/tokenizer/vocabulary.h"

namespace sbert::encoder {

namespace {

constexpr size_t kPollSymbols = 32 * 1024;

// Of two, whether the first comes out of the heap later.
template <class Candidate>
bool later(const Candidate &a, const Candidate &b)
{
    return a.rank != b.rank ? a.rank > b.rank : a.at > b.at;
}

} // namespace

void find_byte_tokens(const VocabularyView &vocabulary, int32_t (&ids)[256])
{
    constexpr char kDigits[] = "0123456789ABCDEF";
    for (uint32_t byte = 0; byte < 256; ++byte) {
        const char text[] = {'<', '0', 'x', kDigits[byte >> 4], kDigits[byte & 15], '>'};
        ids[byte] = vocabulary_find(vocabulary, {text, sizeof text}).value_or(-1);
    }
}

Bpe::Bpe(const BpeModel &spec, const TokenizerView &view) : spec_(spec), view_(view)
{
    find_byte_tokens(view.vocabulary, byte_ids_);
}

void Bpe::split(WordSink &word, StopFlag stop)
{
    const std::string_view bytes = word.bytes();
    if (spec_.ignore_merges) {
        if (const auto id = vocabulary_find(view_.vocabulary, bytes))
            return word.push(*id, 0, bytes.size(), bytes);
    }
    read_symbols(bytes, stop);
    merge(stop);
    size_t begin = 0;
    for (const Symbol &symbol : symbols_) {
        if (symbol.length == 0)
            continue;
        word.push(symbol.id, begin, begin + symbol.length,
                  vocabulary_text(view_.vocabulary, symbol.id));
        begin += symbol.length;
    }
}

void Bpe::read_symbols(std::string_view word, StopFlag stop)
{
    symbols_.clear();
    unknown_ = 0;
    for (size_t at = 0; at < word.size();) {
        size_t end = at + 1;
        while (end < word.size() && !utf8_is_start(word[end]))
            ++end;
        add_char(word, at, end);
        at = end;
        if (symbols_.size() % kPollSymbols == 0)
            stop.check();
    }
    flush_unknown();
}

void Bpe::add_char(std::string_view word, size_t begin, size_t end)
{
    std::string_view text = word.substr(begin, end - begin);
    const auto length = static_cast<uint32_t>(text.size());
    const bool prefix = begin != 0 && !spec_.continuing_subword_prefix.empty();
    const bool suffix = end == word.size() && !spec_.end_of_word_suffix.empty();
    if (prefix || suffix) {
        text_.assign(prefix ? spec_.continuing_subword_prefix : std::string());
        text_.append(text);
        if (suffix)
            text_.append(spec_.end_of_word_suffix);
        text = text_;
    }
    if (const auto id = vocabulary_find(view_.vocabulary, text)) {
        flush_unknown();
        add(*id, length);
    } else if (!spec_.byte_fallback || !add_bytes(text)) {
        add_unknown(length);
    }
}

// A character as the tokens of its bytes, if all of them exist. An unknown token that waits goes on
// waiting, as in the library.
bool Bpe::add_bytes(std::string_view text)
{
    const auto missing = [this](char c) { return byte_ids_[static_cast<uint8_t>(c)] < 0; };
    if (std::any_of(text.begin(), text.end(), missing))
        return false;
    for (const char c : text)
        add(byte_ids_[static_cast<uint8_t>(c)], 1);
    return true;
}

void Bpe::add_unknown(uint32_t length)
{
    if (!spec_.unknown.named)
        return; // a character without any token
    if (!spec_.unknown.id)
        throw Error(ErrorCode::kModelInvalid,
                    "the tokenizer's vocabulary lacks its unknown token, which this text needs");
    if (!spec_.fuse_unk)
        flush_unknown();
    unknown_ += length;
}

void Bpe::flush_unknown()
{
    if (unknown_ != 0)
        add(*spec_.unknown.id, unknown_);
    unknown_ = 0;
}

void Bpe::add(int32_t id, uint32_t length)
{
    const auto at = static_cast<uint32_t>(symbols_.size());
    if (at != 0)
        symbols_.back().next = at;
    symbols_.push_back({id, at == 0 ? kNone : at - 1, kNone, length});
}

void Bpe::merge(StopFlag stop)
{
    heap_.clear();
    for (uint32_t at = 0; at < symbols_.size(); ++at) {
        const uint32_t next = symbols_[at].next;
        const int64_t rank =
            next == kNone ? -1 : find_merge(view_.merges, symbols_[at].id, symbols_[next].id);
        if (rank >= 0)
            heap_.push_back({static_cast<uint32_t>(rank), at,
                             view_.merges.merges[static_cast<size_t>(rank)].merged});
    }
    std::make_heap(heap_.begin(), heap_.end(), later<Candidate>);
    for (size_t n = 1; !heap_.empty(); ++n) {
        std::pop_heap(heap_.begin(), heap_.end(), later<Candidate>);
        const Candidate top = heap_.back();
        heap_.pop_back();
        merge_at(top.at, top.merged);
        if (n % kPollSymbols == 0)
            stop.check();
    }
}

void Bpe::merge_at(uint32_t left, int32_t merged)
{
    Symbol &symbol = symbols_[left];
    if (symbol.length == 0 || symbol.next == kNone)
        return;
    Symbol &right = symbols_[symbol.next];
    const int64_t rank = find_merge(view_.merges, symbol.id, right.id);
    if (rank < 0 || view_.merges.merges[static_cast<size_t>(rank)].merged != merged)
        return;
    symbol.id = merged;
    symbol.length += right.length;
    symbol.next = right.next;
    right.length = 0;
    if (right.next != kNone)
        symbols_[right.next].prev = left;
    if (symbol.prev != kNone)
        consider(symbol.prev);
    consider(left);
}

// Puts the pair that begins with a symbol into the heap, if it may be merged.
void Bpe::consider(uint32_t left)
{
    const Symbol &symbol = symbols_[left];
    if (symbol.next == kNone)
        return;
    const int64_t rank = find_merge(view_.merges, symbol.id, symbols_[symbol.next].id);
    if (rank < 0)
        return;
    heap_.push_back(
        {static_cast<uint32_t>(rank), left, view_.merges.merges[static_cast<size_t>(rank)].merged});
    std::push_heap(heap_.begin(), heap_.end(), later<Candidate>);
}

} // namespace sbert::encoder
