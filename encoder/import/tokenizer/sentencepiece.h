// A SentencePiece model file: sentencepiece.bpe.model, spiece.model.
// (https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto)
//
// A reader of just enough of its protobuf; fields of no concern are skipped.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbert::encoder {

struct SentencePiece {
    enum class Type { kNormal = 1, kUnknown, kControl, kUserDefined, kUnused, kByte };
    std::string text;
    float score = 0;
    Type type = Type::kNormal;
};

struct SentencePieceFile {
    enum class Algorithm { kUnigram = 1, kBpe, kWord, kChar };
    std::vector<SentencePiece> pieces;
    Algorithm algorithm = Algorithm::kUnigram;
    int32_t unk_id = 0;
    std::string charsmap; // precompiled; empty when the file has none
};

// `source` is the file's name for messages. Throws Error(kModelInvalid) on what is cut short or is
// no such file, on more than `max_pieces`, on a piece that is not UTF-8 or a score that is not
// finite.
SentencePieceFile parse_sentencepiece(std::string_view bytes, const std::string &source,
                                      size_t max_pieces);

} // namespace sbert::encoder
