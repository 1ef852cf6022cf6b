// Fits the weights of a tagger to sentences: a conditional random field, or one softmax a word, by
// Adam over batches of sentences. The same sentences in the same order give the same bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "encoder/stop_flag.h"
#include "extension/tagging/adam.h"
#include "extension/tagging/chain.h"
#include "extension/tagging/model.h"
#include "extension/tagging/sentence.h"

namespace sbert::tagging {

enum class Loss : uint8_t { kChain, kSoftmax };

struct Plan {
    Loss loss = Loss::kChain;
    size_t epochs = 15;
    size_t batch_words = 256; // of at least that many words
    float dense_rate = 0.001f, sparse_rate = 0.002f;
    float dense_decay = 0.1f, sparse_decay = 0.1f;
    // The shares of lexical features and of the vectors' elements that a step does not see.
    float dropout = 0.5f, vector_dropout = 0;
    uint64_t seed = 1;
};

// How strongly a fit is held back from following each sentence. Which strength is best depends on
// the texts: where entities are rare and new, the vectors must be trusted; where labels are noisy,
// they must not.
enum class Strength : uint8_t { kLight, kMedium, kStrong };
inline constexpr size_t kStrengths = 3;
Plan with_strength(Plan plan, Strength strength) noexcept;

class Trainer {
  public:
    // Learns from those of the sentences whose numbers are in `order`.
    //   dimensions  D of their vectors
    //   features    F, how many lexical features there are
    Trainer(Sentences sentences, std::vector<uint32_t> order, const TagSet &tags, size_t dimensions,
            size_t features, const Plan &plan);

    // Runs until an epoch ends or `stop` asks for a pause. Returns false when all is done. If it
    // throws kInterrupted the last batch counts as not seen.
    bool advance(int file, encoder::StopFlag stop);

    size_t epoch() const noexcept { return epoch_; }
    // The mean loss of a word in the last whole epoch, or NaN.
    double loss() const noexcept { return loss_; }
    // With the features in the order of their numbers.
    const Weights &weights() const noexcept { return weights_; }

    // The bytes beside the sentences.
    static size_t bytes(size_t tags, size_t dimensions, size_t features) noexcept;
    static size_t feature_bytes(size_t tags) noexcept;

  private:
    void load_batch(int file, encoder::StopFlag stop);
    void load_vectors(const Sentence &sentence, uint64_t random);
    double score_batch(encoder::StopFlag stop);
    double loss_of(size_t sentence);
    void collect_gradient();
    void update();

    const Sentences sentences_;
    std::vector<uint32_t> order_;
    const size_t K_, D_;
    const Plan plan_;
    Chain chain_;
    Weights weights_;
    Adam dense_, sparse_;
    size_t epoch_ = 0, next_ = 0, taken_ = 0;
    double loss_, losses_ = 0, seen_ = 0;

    // Of a batch of n words: their sentences' first words, tags, vectors (n, D), features.
    std::vector<char> scratch_;
    std::vector<size_t> starts_;
    std::vector<uint16_t> tags_;
    std::vector<float> vectors_;
    std::vector<uint32_t> features_, first_;
    // Scores and their gradient (n, K), those of the sides (n, 3 K), and what the products need.
    std::vector<float> scores_, sides_, turned_, panels_, dense_gradient_;
    ChainWeights chain_gradient_;
    std::vector<float> bias_gradient_;
    // Features of the batch, and the gradient of each, in the order in which they came.
    std::vector<uint32_t> place_, touched_;
    std::vector<float> sparse_gradient_;
};

} // namespace sbert::tagging
