// The pre-tokenizers of tokenizer.json, made ready to run: normalised text to the words that the
// model is asked for one by one.
#pragma once

#include <optional>
#include <vector>

#include "encoder/tokenizer/aligned_text.h"
#include "encoder/tokenizer/spec.h"
#include "encoder/tokenizer/splitting.h"

namespace sbert::encoder {

// A stretch of text: characters [first, last) of a Pieces' text. Never empty.
struct Piece {
    uint32_t first;
    uint32_t last;
    int32_t token; // the added token that it is, or -1
};

struct Pieces {
    Chars text;
    std::vector<Piece> pieces; // in order; what no piece covers has been dropped
};

class PreTokenizers {
  public:
    // Throws Error(kModelInvalid) on an invalid regular expression.
    explicit PreTokenizers(const std::vector<PreTokenizerSpec> &specs);

    // Runs all of them, one after the other; added tokens stay as they are. Throws Error: kLimit,
    // kInterrupted.
    void run(Pieces &pieces, StopFlag stop) const;

  private:
    struct Step {
        PreTokenizerSpec spec;
        std::optional<Searcher> searcher; // of Split
    };
    void divide(const Step &step, const Chars &text, const Piece &piece, StopFlag stop,
                std::vector<Segment> &out) const;

    std::vector<Step> steps_;
};

} // namespace sbert::encoder
