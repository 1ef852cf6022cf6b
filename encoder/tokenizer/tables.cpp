#include "encoder/tokenizer/tables.h"

#include <algorithm>
#include <cmath>

#include "encoder/error.h"

namespace sbert::encoder {

namespace {

double least(std::span<const double> scores)
{
    return scores.empty() ? 0 : *std::min_element(scores.begin(), scores.end());
}

} // namespace

TokenizerView TokenizerTables::view() const
{
    TokenizerView view;
    view.vocabulary = vocabulary.view();
    view.merges = merges.view();
    view.pieces = pieces.view();
    view.scores = scores;
    view.min_score = least(scores);
    for (const Charsmap &map : charsmaps)
        view.charsmaps.push_back(map.view());
    return view;
}

TokenizerTables build_tables(TokenizerSource source)
{
    TokenizerTables tables;
    tables.vocabulary = build_vocabulary(source.tokens);
    if (!source.merges.empty())
        tables.merges = build_merges(source.merges);
    if (!source.scores.empty())
        tables.pieces = build_piece_trie(source.tokens);
    tables.scores = std::move(source.scores);
    tables.charsmaps = std::move(source.charsmaps);
    check_tables(tables.view());
    return tables;
}

void check_tables(const TokenizerView &view)
{
    check_vocabulary(view.vocabulary);
    const size_t count = view.vocabulary.offsets.size() - 1;
    check_merges(view.merges, count);
    check_piece_trie(view.pieces, count);
    if (!view.pieces.first.empty() && view.scores.size() != count)
        throw Error(ErrorCode::kModelInvalid, "invalid vocabulary: " + std::to_string(count) +
                                                  " pieces, " + std::to_string(view.scores.size()) +
                                                  " scores");
    for (const double score : view.scores) {
        if (!std::isfinite(score))
            throw Error(ErrorCode::kModelInvalid, "invalid vocabulary: a score is not finite");
    }
}

} // namespace sbert::encoder
