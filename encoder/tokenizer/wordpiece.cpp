// The greedy search. All prefixes of the rest of a word are hashed in one pass, then tried from the
// longest on.
#include "encoder/tokenizer/wordpiece.h"

#include "encoder/tokenizer/utf8.h"
#include "encoder/tokenizer/vocabulary.h"

namespace sbert::encoder {

WordPiece::WordPiece(const TokenizerSpec &spec, const VocabularyView &vocabulary)
    : spec_(spec), vocabulary_(vocabulary),
      prefix_seed_(vocabulary_hash(kHashSeed, spec.continuing_subword_prefix))
{
}

void WordPiece::split(const Word &word, TokenSink &sink)
{
    const Token unknown = {spec_.unk_id, word.begin(), word.end()};
    if (word.too_long())
        return sink.push(unknown);
    const std::string_view text = word.text();
    Piece piece = {0, 0};
    pieces_.clear();
    for (size_t at = 0; at < text.size(); at = piece.end) {
        const std::string_view prefix =
            at == 0 ? std::string_view() : spec_.continuing_subword_prefix;
        if (!find_longest(text.substr(at), prefix, at == 0 ? kHashSeed : prefix_seed_, piece))
            return sink.push(unknown);
        piece.end += static_cast<uint32_t>(at);
        pieces_.push_back(piece);
    }
    size_t at = 0;
    for (const Piece &found : pieces_) {
        sink.push({found.id, word.begin(at), word.end(found.end - 1)});
        at = found.end;
    }
}

bool WordPiece::find_longest(std::string_view rest, std::string_view prefix, uint64_t seed,
                             Piece &piece)
{
    if (hashes_.size() < rest.size())
        hashes_.resize(rest.size());
    for (size_t i = 0; i < rest.size(); ++i)
        hashes_[i] = seed = vocabulary_hash_byte(seed, rest[i]);
    for (size_t length = rest.size(); length > 0; --length) {
        if (length < rest.size() && !utf8_is_start(rest[length]))
            continue;
        const int32_t id = vocabulary_find_hashed(vocabulary_, hashes_[length - 1], prefix,
                                                  rest.substr(0, length));
        if (id >= 0) {
            piece = {id, static_cast<uint32_t>(length)};
            return true;
        }
    }
    return false;
}

} // namespace sbert::encoder
