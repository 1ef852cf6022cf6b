// Forward over the places of a word, back along the best path; unknown stretches in a row are one.
#include "encoder/tokenizer/unigram.h"

#include <algorithm>

#include "encoder/error.h"
#include "encoder/tokenizer/bpe.h"
#include "encoder/tokenizer/utf8.h"
#include "encoder/tokenizer/vocabulary.h"

namespace sbert::encoder {

namespace {

constexpr size_t kPollBytes = 32 * 1024;
constexpr int32_t kUnknown = -1; // a place reached by no piece

[[noreturn]] void fail_unknown()
{
    throw Error(ErrorCode::kModelInvalid,
                "the tokenizer has no unknown token, which this text needs");
}

} // namespace

Unigram::Unigram(const UnigramModel &spec, const TokenizerView &view) : spec_(spec), view_(view)
{
    find_byte_tokens(view.vocabulary, byte_ids_);
}

void Unigram::split(WordSink &word, StopFlag stop)
{
    const std::string_view text = word.bytes();
    best_.resize(text.size() + 1);
    for (size_t i = 0; i <= text.size(); ++i)
        best_[i] = {0, kUnknown, static_cast<uint32_t>(i)};
    size_t polled = 0;
    for (size_t at = 0; at < text.size();) {
        extend(text, at);
        ++at;
        while (at < text.size() && !utf8_is_start(text[at]))
            ++at;
        if (at - polled >= kPollBytes) {
            stop.check();
            polled = at;
        }
    }
    path_.clear();
    bool unknown_follows = false;
    for (size_t end = text.size(); end > 0; end = best_[end].begin) {
        const Node &node = best_[end];
        const bool unknown = spec_.unknown.id && node.id == *spec_.unknown.id;
        if (unknown && unknown_follows)
            path_.back().first = node.begin;
        else
            path_.push_back({node.begin, static_cast<uint32_t>(end)});
        unknown_follows = unknown;
    }
    for (auto stretch = path_.rbegin(); stretch != path_.rend(); ++stretch)
        emit(word, stretch->first, stretch->second);
}

// Offers all pieces that begin at a place.
void Unigram::extend(std::string_view word, size_t at)
{
    const double score = best_[at].score;
    size_t length = 1; // of the character
    while (at + length < word.size() && !utf8_is_start(word[at + length]))
        ++length;
    bool covered = false; // the character is a piece by itself
    uint32_t node = 0;
    for (size_t end = at; end < word.size();) {
        node = piece_trie_child(view_.pieces, node, static_cast<uint8_t>(word[end++]));
        if (node == 0)
            break;
        if (view_.pieces.values[node] == 0)
            continue;
        const auto id = static_cast<int32_t>(view_.pieces.values[node] - 1);
        offer(end, at, id, view_.scores[static_cast<size_t>(id)] + score);
        covered = covered || end - at == length;
    }
    if (covered)
        return;
    const double unknown = view_.min_score - kUnknownPenalty + score;
    const size_t end = at + length;
    if (best_[end].begin == end || unknown > best_[end].score) {
        if (!spec_.unknown.id)
            fail_unknown();
        offer(end, at, *spec_.unknown.id, unknown);
    }
}

void Unigram::offer(size_t end, size_t begin, int32_t id, double score)
{
    Node &node = best_[end];
    if (node.begin == end || score > node.score)
        node = {score, id, static_cast<uint32_t>(begin)};
}

void Unigram::emit(WordSink &word, size_t begin, size_t end)
{
    const std::string_view text = word.bytes().substr(begin, end - begin);
    if (const auto id = vocabulary_find(view_.vocabulary, text))
        return word.push(*id, begin, end, text);
    const auto missing = [this](char c) { return byte_ids_[static_cast<uint8_t>(c)] < 0; };
    if (spec_.byte_fallback && std::none_of(text.begin(), text.end(), missing)) {
        for (const char c : text) {
            const int32_t id = byte_ids_[static_cast<uint8_t>(c)];
            word.push(id, begin, end, vocabulary_text(view_.vocabulary, id));
        }
        return;
    }
    if (!spec_.unknown.id)
        fail_unknown();
    word.push(*spec_.unknown.id, begin, end, text);
}

} // namespace sbert::encoder
