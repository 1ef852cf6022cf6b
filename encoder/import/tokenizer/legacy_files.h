// Vocabularies that are published without a tokenizer.json: the files that the classes of the
// transformers library were first written for. What else belongs to a tokenizer is the class's
// business (tokenizer_class.h).
#pragma once

#include <string>
#include <string_view>

#include "encoder/import/tokenizer/sentencepiece.h"
#include "encoder/import/tokenizer/tokenizer_json.h"

namespace sbert::encoder {

// vocab.json and merges.txt, of byte-level BPE. `source` names the merges in messages. Returns the
// number of tokens. Throws Error(kModelInvalid) naming the token or line.
size_t read_bpe_vocabulary(const JsonValue &vocab, std::string_view merges,
                           const std::string &source, int64_t id_limit, TokenizerFile &file);

// vocab.txt: a token a line, the line's number is its id. Throws Error(kModelInvalid).
std::vector<std::string> read_vocabulary_lines(std::string_view text, const std::string &source,
                                               int64_t id_limit);

// The pieces and the charsmap of a SentencePiece model with what a class has in place of the first
// pieces, and behind the last. Throws Error: kModelInvalid; kModelUnsupported on another algorithm
// than Unigram.
struct PieceLayout {
    std::vector<std::pair<std::string, double>> first;
    size_t replaced = 0; // pieces of the file that those replace
    std::vector<std::pair<std::string, double>> last;
};
void take_pieces(const SentencePieceFile &pieces, const std::string &source,
                 const PieceLayout &layout, int64_t id_limit, TokenizerFile &file);

// The control symbols and those defined by the user, as added tokens without ids.
std::vector<AddedToken> added_pieces(const SentencePieceFile &pieces);

} // namespace sbert::encoder
