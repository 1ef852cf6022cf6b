// A unigram language model: the pieces of a word whose scores have the greatest sum, by Viterbi's
// algorithm. (Kudo 2018, arXiv:1804.10959; the rules for what no piece covers are the library's)
#pragma once

#include <vector>

#include "encoder/stop_flag.h"
#include "encoder/tokenizer/spec.h"
#include "encoder/tokenizer/tables.h"
#include "encoder/tokenizer/token_sink.h"

namespace sbert::encoder {

class Unigram {
  public:
    // REQUIRES: `view` has passed check_tables(); both outlive the object.
    Unigram(const UnigramModel &spec, const TokenizerView &view);

    // Linear in the word's bytes, times the longest piece that is in it. Throws Error:
    // kInterrupted; kModelInvalid when a word needs an unknown token and there is none.
    void split(WordSink &word, StopFlag stop);

  private:
    static constexpr double kUnknownPenalty = 10; // below the least score
    struct Node {                                 // the best path to a place in the word
        double score;                             // of the whole path
        int32_t id;                               // of its last piece
        uint32_t begin; // and where that begins; the place itself: not reached
    };

    void extend(std::string_view word, size_t at);
    void offer(size_t end, size_t begin, int32_t id, double score);
    void emit(WordSink &word, size_t begin, size_t end);

    const UnigramModel &spec_;
    const TokenizerView &view_;
    int32_t byte_ids_[256];
    std::vector<Node> best_;                          // (bytes + 1)
    std::vector<std::pair<uint32_t, uint32_t>> path_; // stretches of the word, last first
};

} // namespace sbert::encoder
