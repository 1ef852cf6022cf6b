// Vocabularies without a tokenizer.json: see legacy_files.h.
#include "encoder/import/tokenizer/legacy_files.h"

#include <algorithm>
#include <unordered_set>

#include "encoder/error.h"
#include "encoder/import/json_file.h"
#include "encoder/import/tokenizer/json_parts.h"

namespace sbert::encoder {

namespace {

void check_count(size_t count, const std::string &source, int64_t id_limit)
{
    if (count == 0 || count > static_cast<uint64_t>(id_limit))
        invalid_file(source, "holds " + std::to_string(count) +
                                 " tokens where the word table has " + std::to_string(id_limit) +
                                 " rows");
}

} // namespace

size_t read_bpe_vocabulary(const JsonValue &vocab, std::string_view merges,
                           const std::string &source, int64_t id_limit, TokenizerFile &file)
{
    const Vocabulary vocabulary = read_vocabulary(vocab, id_limit, file);
    check_merge_count(static_cast<size_t>(std::count(merges.begin(), merges.end(), '\n')),
                      vocabulary, [&](const std::string &what) { invalid_file(source, what); });
    for (size_t number = 1; !merges.empty(); ++number) {
        const std::string_view line = take_line(merges);
        const auto fail = [&, number](const std::string &what) {
            invalid_file(source, "line " + std::to_string(number) + " " + what);
        };
        if (line.empty() || line.starts_with("#version"))
            continue;
        const size_t space = line.find(' ');
        if (space == line.npos || line.find(' ', space + 1) != line.npos)
            fail("must hold two tokens with a space between them");
        file.source.merges.push_back(
            resolve_merge({std::string(line.substr(0, space)), std::string(line.substr(space + 1))},
                          "", vocabulary, fail));
    }
    return vocabulary.entries;
}

std::vector<std::string> read_vocabulary_lines(std::string_view text, const std::string &source,
                                               int64_t id_limit)
{
    std::vector<std::string> tokens;
    while (!text.empty())
        tokens.emplace_back(take_line(text));
    check_count(tokens.size(), source, id_limit);
    return tokens;
}

void take_pieces(const SentencePieceFile &pieces, const std::string &source,
                 const PieceLayout &layout, int64_t id_limit, TokenizerFile &file)
{
    if (pieces.algorithm != SentencePieceFile::Algorithm::kUnigram)
        throw Error(ErrorCode::kModelUnsupported,
                    in_quotes(source) +
                        ": a SentencePiece model other than unigram is not supported without a "
                        "tokenizer.json",
                    "Save the tokenizer with tokenizer.json.");
    if (pieces.pieces.size() < layout.replaced)
        invalid_file(source, "holds " + std::to_string(pieces.pieces.size()) + " pieces only");
    std::unordered_set<std::string_view> seen;
    const auto take = [&](const std::string &text, double score) {
        file.source.tokens.push_back(text);
        file.source.scores.push_back(score);
        if (!seen.insert(text).second)
            invalid_file(source, "holds the piece " + in_quotes(text) + " twice");
    };
    for (const auto &[text, score] : layout.first)
        take(text, score);
    for (size_t i = layout.replaced; i < pieces.pieces.size(); ++i)
        take(pieces.pieces[i].text, pieces.pieces[i].score);
    for (const auto &[text, score] : layout.last)
        take(text, score);
    check_count(file.source.tokens.size(), source, id_limit);
    if (!pieces.charsmap.empty()) {
        try {
            file.source.charsmaps.push_back(parse_charsmap(pieces.charsmap));
        } catch (const Error &error) {
            invalid_file(source, std::string("precompiled_charsmap: ") + error.what());
        }
    }
}

std::vector<AddedToken> added_pieces(const SentencePieceFile &pieces)
{
    std::vector<AddedToken> added;
    for (const SentencePiece &piece : pieces.pieces) {
        const bool control = piece.type == SentencePiece::Type::kControl;
        if (!control && piece.type != SentencePiece::Type::kUserDefined)
            continue;
        AddedToken token;
        token.content = piece.text;
        token.special = control;
        added.push_back(std::move(token));
    }
    return added;
}

} // namespace sbert::encoder
