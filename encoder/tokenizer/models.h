// The four kinds of models: a word to its tokens.
#pragma once

#include <optional>

#include "encoder/stop_flag.h"
#include "encoder/tokenizer/bpe.h"
#include "encoder/tokenizer/spec.h"
#include "encoder/tokenizer/tables.h"
#include "encoder/tokenizer/token_sink.h"
#include "encoder/tokenizer/unigram.h"
#include "encoder/tokenizer/wordpiece.h"

namespace sbert::encoder {

// The state of a model for one text; its buffers are reused from word to word.
class Model {
  public:
    // REQUIRES: `view` has passed check_tables(); both outlive the object.
    Model(const TokenModelSpec &spec, const TokenizerView &view);

    // Pushes the tokens of a word that is not empty. Throws what the four throw.
    void split(WordSink &word, StopFlag stop);

  private:
    const TokenModelSpec &spec_;
    const TokenizerView &view_;
    std::optional<WordPiece> word_piece_;
    std::optional<Bpe> bpe_;
    std::optional<Unigram> unigram_;
};

} // namespace sbert::encoder
