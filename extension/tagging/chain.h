// A linear-chain conditional random field over the tags of one sentence (Lafferty, McCallum &
// Pereira 2001; Sutton & McCallum, arXiv:1011.4088): the sums and the best sequence that follow
// from a score of every tag at every word and of every pair of neighbouring tags.
//
// Only legal sequences (tag_set.h) exist: all others have the probability zero. n words, K tags.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "encoder/stop_flag.h"
#include "extension/tagging/tag_set.h"

namespace sbert::tagging {

// Scores of pairs, (K, K) from one tag to the next, of the first and of the last tag, (K) each.
struct ChainWeights {
    std::vector<float> pairs, first, last;

    explicit ChainWeights(size_t tags = 0) : pairs(tags * tags), first(tags), last(tags) {}
};

class Chain {
  public:
    explicit Chain(const TagSet &tags);

    // Takes the weights and the flags for the calls that follow, which throw Error(kInterrupted).
    // REQUIRES: `weights` stay as they are until then.
    void set(const ChainWeights &weights, encoder::StopFlag stop);

    // The negative log likelihood of a legal sequence, and its gradient: replaces scores (n, K) by
    // P(tag at word) - [it is the sequence's], and adds to `gradient` of the pairs.
    double loss(float *scores, std::span<const uint16_t> sequence, ChainWeights &gradient);

    // The most probable sequence. Of equal ones that with the lowest tags, from its end on.
    void best(const float *scores, std::span<uint16_t> sequence);

    // Sums over all sequences, for the two functions below.
    void sum(const float *scores, size_t n);
    // P(tag at word).
    double marginal(size_t word, size_t tag) const;
    // The probability that exactly this entity is there: its tags, and behind it none that goes on
    // with it.
    double marginal(const Span &span) const;

  private:
    double forward(const float *scores, size_t n);
    void backward(size_t n);

    const TagSet tags_;
    const size_t K_;
    const ChainWeights *weights_ = nullptr;
    encoder::StopFlag stop_;
    // exp of the weights, 0 where illegal.
    std::vector<double> pairs_, first_, last_;
    // Of the sentence: exp of the scores, and the sums of the sequences before and behind a word,
    // scaled word by word so that those before sum to 1.
    std::vector<double> emit_, before_, behind_, scale_;
    double whole_ = 0; // the last words' sum
    // Of best().
    std::vector<float> reach_, next_;
    std::vector<uint16_t> from_;
};

} // namespace sbert::tagging
