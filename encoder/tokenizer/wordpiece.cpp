// The greedy search. All prefixes of the rest of a word are hashed in one pass, then tried from the
// longest on.
#include "encoder/tokenizer/wordpiece.h"

#include <algorithm>

#include "encoder/error.h"
#include "encoder/tokenizer/utf8.h"

namespace sbert::encoder {

WordPiece::WordPiece(const WordPieceModel &spec, const VocabularyView &vocabulary)
    : spec_(spec), vocabulary_(vocabulary),
      prefix_seed_(vocabulary_hash(kHashSeed, spec.continuing_subword_prefix))
{
}

void WordPiece::split(WordSink &word)
{
    if (!find_pieces(word.bytes()))
        return push_unknown(spec_.unknown, vocabulary_, word);
    size_t begin = 0;
    for (const Piece &piece : pieces_) {
        word.push(piece.id, begin, piece.end, vocabulary_text(vocabulary_, piece.id));
        begin = piece.end;
    }
}

bool WordPiece::find_pieces(std::string_view word)
{
    const size_t most = spec_.max_input_chars_per_word;
    pieces_.clear();
    if (word.size() > most &&
        static_cast<size_t>(std::count_if(word.begin(), word.end(), utf8_is_start)) > most)
        return false;
    for (size_t at = 0; at < word.size(); at = pieces_.back().end) {
        if (!find_longest(word, at))
            return false;
    }
    return true;
}

bool WordPiece::find_longest(std::string_view word, size_t at)
{
    const std::string_view rest = word.substr(at);
    const std::string_view prefix =
        at == 0 ? std::string_view() : std::string_view(spec_.continuing_subword_prefix);
    uint64_t hash = at == 0 ? kHashSeed : prefix_seed_;
    if (hashes_.size() < rest.size())
        hashes_.resize(rest.size());
    for (size_t i = 0; i < rest.size(); ++i)
        hashes_[i] = hash = vocabulary_hash_byte(hash, rest[i]);
    for (size_t length = rest.size(); length > 0; --length) {
        if (length < rest.size() && !utf8_is_start(rest[length]))
            continue;
        const int32_t id = vocabulary_find_hashed(vocabulary_, hashes_[length - 1], prefix,
                                                  rest.substr(0, length));
        if (id >= 0) {
            pieces_.push_back({id, at + length});
            return true;
        }
    }
    return false;
}

void push_unknown(const Unknown &unknown, const VocabularyView &vocabulary, WordSink &word)
{
    if (!unknown.id)
        throw Error(ErrorCode::kModelInvalid,
                    "the tokenizer's vocabulary lacks its unknown token, which this text needs");
    word.push(*unknown.id, 0, word.bytes().size(), vocabulary_text(vocabulary, *unknown.id));
}

} // namespace sbert::encoder
