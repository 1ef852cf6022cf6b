// The four kinds of models: a word to its tokens.
#pragma once

#include <optional>
#include <vector>

#include "encoder/stop_flag.h"
#include "encoder/tokenizer/bpe.h"
#include "encoder/tokenizer/spec.h"
#include "encoder/tokenizer/tables.h"
#include "encoder/tokenizer/token_sink.h"
#include "encoder/tokenizer/unigram.h"

namespace sbert::encoder::components {

// The state of a model for one text; its buffers are reused from word to word.
class Model {
  public:
    // REQUIRES: `view` has passed check_components(); both outlive the object.
    Model(const ModelSpec &spec, const ComponentsView &view);

    // Pushes the tokens of a word that is not empty. Throws what Bpe and Unigram throw.
    void split(WordSink &word, StopFlag stop);

  private:
    struct Found {
        int32_t id;
        size_t begin;
        size_t end;
    };
    void split_pieces(const WordPieceModel &spec, WordSink &word);
    bool find_longest(const WordPieceModel &spec, std::string_view word, size_t at);
    void push_unknown(const Unknown &unknown, WordSink &word) const;

    const ModelSpec &spec_;
    const ComponentsView &view_;
    std::optional<Bpe> bpe_;
    std::optional<Unigram> unigram_;
    std::vector<uint64_t> hashes_; // of the prefixes of what is left of a word
    std::vector<Found> found_;     // WordPiece: the pieces of the word so far
};

} // namespace sbert::encoder::components
