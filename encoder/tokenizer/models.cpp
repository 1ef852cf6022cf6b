// One of the four, and WordLevel, which is a look-up.
#include "encoder/tokenizer/models.h"

#include "encoder/tokenizer/vocabulary.h"

namespace sbert::encoder {

Model::Model(const TokenModelSpec &spec, const TokenizerView &view) : spec_(spec), view_(view)
{
    if (const auto *pieces = std::get_if<WordPieceModel>(&spec))
        word_piece_.emplace(*pieces, view.vocabulary);
    else if (const auto *bpe = std::get_if<BpeModel>(&spec))
        bpe_.emplace(*bpe, view);
    else if (const auto *unigram = std::get_if<UnigramModel>(&spec))
        unigram_.emplace(*unigram, view);
}

void Model::split(WordSink &word, StopFlag stop)
{
    if (word_piece_)
        return word_piece_->split(word);
    if (bpe_)
        return bpe_->split(word, stop);
    if (unigram_)
        return unigram_->split(word, stop);
    const std::string_view text = word.bytes();
    if (const auto id = vocabulary_find(view_.vocabulary, text))
        return word.push(*id, 0, text.size(), text);
    push_unknown(std::get<WordLevelModel>(spec_).unknown, view_.vocabulary, word);
}

} // namespace sbert::encoder
