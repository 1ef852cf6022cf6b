// Learns the projection of a tagger from the states of a sample: their means and spreads, and by a
// softmax over the tags which mix of layers tells most.
#pragma once

#include "encoder/stop_flag.h"
#include "extension/tagging/adam.h"
#include "extension/tagging/projection.h"
#include "extension/tagging/sentence.h"

namespace sbert::tagging {

class MixLearner {
  public:
    // The sentences' vectors are the states of their words, (L, C) each.
    //   layers  (L) which layers these are
    //   mixes   how many to learn; 0: the states stand side by side
    MixLearner(Sentences sample, size_t width, std::vector<uint32_t> layers, size_t mixes,
               size_t tags);

    // Runs for a while. Returns false when the projection is ready.
    bool advance(int file, encoder::StopFlag stop);
    const Projection &projection() const noexcept { return projection_; }

  private:
    enum class Phase { kMoments, kMix, kDone };
    size_t load(int file);
    void add_moments(size_t n);
    void finish_moments();
    void learn(size_t n);
    void mix_rows(size_t n);
    void finish();

    Sentences sample_;
    size_t L_, C_, M_, K_;
    Projection projection_;
    Phase phase_ = Phase::kMoments;
    std::vector<uint32_t> order_;
    size_t next_ = 0, epoch_ = 0, words_ = 0;
    std::vector<double> sum_, squares_;
    std::vector<float> weights_; // (K, M C), then (K) biases, then (M, L) the mix
    Adam adam_;
    // Of a batch.
    std::vector<char> scratch_;
    std::vector<uint16_t> tags_;
    std::vector<float> states_, mixed_, errors_, turned_, panels_, gradient_, back_;
};

} // namespace sbert::tagging
