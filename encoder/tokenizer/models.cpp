// WordPiece and WordLevel; the other two have files of their own.
#include "encoder/tokenizer/models.h"

#include <algorithm>

#include "encoder/error.h"
#include "encoder/tokenizer/utf8.h"
#include "encoder/tokenizer/vocabulary.h"

namespace sbert::encoder::components {

Model::Model(const ModelSpec &spec, const ComponentsView &view) : spec_(spec), view_(view)
{
    if (const auto *bpe = std::get_if<BpeModel>(&spec))
        bpe_.emplace(*bpe, view);
    else if (const auto *unigram = std::get_if<UnigramModel>(&spec))
        unigram_.emplace(*unigram, view);
}

void Model::split(WordSink &word, StopFlag stop)
{
    if (bpe_)
        return bpe_->split(word, stop);
    if (unigram_)
        return unigram_->split(word, stop);
    if (const auto *pieces = std::get_if<WordPieceModel>(&spec_))
        return split_pieces(*pieces, word);
    const std::string_view text = word.bytes();
    if (const auto id = vocabulary_find(view_.vocabulary, text))
        return word.push(*id, 0, text.size(), text);
    push_unknown(std::get<WordLevelModel>(spec_).unknown, word);
}

void Model::push_unknown(const Unknown &unknown, WordSink &word) const
{
    if (!unknown.id)
        throw Error(ErrorCode::kModelInvalid,
                    "the tokenizer's vocabulary lacks its unknown token, which this text needs");
    word.push(*unknown.id, 0, word.bytes().size(), token_text(view_.vocabulary, *unknown.id));
}

// The longest pieces from left to right, or one unknown token.
void Model::split_pieces(const WordPieceModel &spec, WordSink &word)
{
    const std::string_view text = word.bytes();
    const auto chars = std::count_if(text.begin(), text.end(), utf8_is_start);
    found_.clear();
    bool known = static_cast<size_t>(chars) <= spec.max_input_chars_per_word;
    while (known && (found_.empty() || found_.back().end < text.size()))
        known = find_longest(spec, text, found_.empty() ? 0 : found_.back().end);
    if (!known)
        return push_unknown(spec.unknown, word);
    for (const Found &piece : found_)
        word.push(piece.id, piece.begin, piece.end, token_text(view_.vocabulary, piece.id));
}

// All prefixes of the rest of the word are hashed in one pass, then tried from the longest on.
bool Model::find_longest(const WordPieceModel &spec, std::string_view word, size_t at)
{
    const std::string_view rest = word.substr(at);
    const std::string_view prefix =
        at == 0 ? std::string_view() : std::string_view(spec.continuing_subword_prefix);
    uint64_t hash = vocabulary_hash(kHashSeed, prefix);
    hashes_.resize(std::max(hashes_.size(), rest.size()));
    for (size_t i = 0; i < rest.size(); ++i)
        hashes_[i] = hash = vocabulary_hash_byte(hash, rest[i]);
    for (size_t length = rest.size(); length > 0; --length) {
        if (length < rest.size() && !utf8_is_start(rest[length]))
            continue;
        const int32_t id = vocabulary_find_hashed(view_.vocabulary, hashes_[length - 1], prefix,
                                                  rest.substr(0, length));
        if (id >= 0) {
            found_.push_back({id, at, at + length});
            return true;
        }
    }
    return false;
}

} // namespace sbert::encoder::components
