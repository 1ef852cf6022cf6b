#include "extension/tagging/trainer.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "encoder/kernels/half_rows.h"
#include "encoder/kernels/linear.h"
#include "encoder/kernels/rows.h"

namespace sbert::tagging {

Plan with_strength(Plan plan, Strength strength) noexcept
{
    switch (strength) {
    case Strength::kLight:
        break;
    case Strength::kMedium:
        plan.vector_dropout = 0.3f;
        plan.dense_decay = 0.3f;
        break;
    case Strength::kStrong:
        plan.vector_dropout = 0.5f;
        plan.dense_decay = 0.5f;
        plan.dense_rate /= 2;
        break;
    }
    return plan;
}

Trainer::Trainer(Sentences sentences, std::vector<uint32_t> order, const TagSet &tags,
                 size_t dimensions, size_t features, const Plan &plan)
    : sentences_(sentences), order_(std::move(order)), K_(tags.size()), D_(dimensions), plan_(plan),
      chain_(tags), dense_(kSides * K_ * D_ + 3 * K_ + K_ * K_), sparse_(features * K_),
      loss_(std::numeric_limits<double>::quiet_NaN()), dense_gradient_(kSides * K_ * D_),
      chain_gradient_(K_), bias_gradient_(K_), place_(features)
{
    weights_.bias.resize(K_);
    weights_.dense.resize(kSides * K_ * D_);
    weights_.sparse.resize(features * K_);
    weights_.chain = ChainWeights(K_);
    shuffle(order_, plan_.seed);
}

size_t Trainer::feature_bytes(size_t tags) noexcept
{
    return tags * (sizeof(float) + Adam::kBytes) + sizeof(uint32_t);
}

size_t Trainer::bytes(size_t tags, size_t dimensions, size_t features) noexcept
{
    const size_t dense = kSides * tags * dimensions;
    return features * feature_bytes(tags) + dense * (4 * sizeof(float) + Adam::kBytes);
}

// A step of Knuth's linear congruential generator (MMIX); its upper bits are random.
static uint64_t next_random(uint64_t random)
{
    return random * 6364136223846793005 + 1442695040888963407;
}

// Appends a sentence's vectors, without a share of their elements.
void Trainer::load_vectors(const Sentence &sentence, uint64_t random)
{
    const size_t at = vectors_.size(), n = sentence.vectors.size();
    vectors_.resize(at + n);
    kernels::halves_to_floats(sentence.vectors.data(), &vectors_[at], n);
    if (plan_.vector_dropout == 0)
        return;
    // Each number of splitmix64 decides about four elements.
    const auto least = static_cast<uint64_t>(static_cast<double>(plan_.vector_dropout) * 65536);
    const float share = 1 / (1 - plan_.vector_dropout);
    for (size_t i = 0; i < n; i += 4) {
        uint64_t bits = mixed_bits(random += 0x9e3779b97f4a7c15);
        for (size_t j = i; j < std::min(n, i + 4); j++, bits >>= 16)
            vectors_[at + j] *= (bits & 65535) >= least ? share : 0;
    }
}

// Loads sentences from the order until the batch is full.
void Trainer::load_batch(int file, encoder::StopFlag stop)
{
    starts_.assign(1, 0);
    tags_.clear();
    vectors_.clear();
    features_.clear();
    first_.assign(1, 0);
    taken_ = 0;
    while (next_ + taken_ < order_.size() && tags_.size() < plan_.batch_words) {
        stop.check();
        const Sentence sentence = sentences_.read(order_[next_ + taken_], file, scratch_);
        taken_++;
        tags_.insert(tags_.end(), sentence.tags.begin(), sentence.tags.end());
        // What a step leaves out depends on the sentence and the epoch alone.
        uint64_t random = (uint64_t{order_[next_ + taken_ - 1]} << 20) + epoch_ + plan_.seed;
        load_vectors(sentence, ~random);
        const auto least = static_cast<uint64_t>(static_cast<double>(plan_.dropout) * 65536);
        for (size_t w = 0; w < sentence.words(); w++) {
            for (uint32_t i = sentence.first[w]; i < sentence.first[w + 1]; i++) {
                random = next_random(random);
                if ((random >> 48) >= least)
                    features_.push_back(sentence.features[i]);
            }
            first_.push_back(static_cast<uint32_t>(features_.size()));
        }
        starts_.push_back(tags_.size());
    }
}

// The loss of a sentence of the batch. Its scores become their gradient.
double Trainer::loss_of(size_t sentence)
{
    const size_t begin = starts_[sentence], n = starts_[sentence + 1] - begin;
    float *scores = &scores_[begin * K_];
    const std::span<const uint16_t> tags = std::span(tags_).subspan(begin, n);
    if (plan_.loss == Loss::kChain)
        return chain_.loss(scores, tags, chain_gradient_);
    double loss = 0;
    for (size_t t = 0; t < n; t++) {
        float *score = scores + t * K_;
        const float most = *std::max_element(score, score + K_);
        float sum = 0;
        for (size_t k = 0; k < K_; k++)
            sum += score[k] = std::exp(score[k] - most);
        kernels::scale(score, 1 / sum, K_);
        loss -= std::log(std::max(static_cast<double>(score[tags[t]]), 1e-38));
        score[tags[t]] -= 1;
    }
    return loss;
}

double Trainer::score_batch(encoder::StopFlag stop)
{
    const size_t n = tags_.size(), rows = kSides * K_;
    panels_.resize(std::max(kernels::packed_floats(rows, D_), kernels::packed_floats(D_, n)));
    kernels::pack_panels(weights_.dense.data(), D_, rows, D_, panels_.data());
    sides_.resize(n * rows);
    kernels::linear(vectors_.data(), D_, n, D_, panels_.data(), nullptr, rows, sides_.data(), rows);
    scores_.resize(n * K_);
    const float share = 1 / (1 - plan_.dropout);
    for (size_t t = 0; t < n; t++) {
        float *score = &scores_[t * K_];
        std::fill_n(score, K_, 0.0f);
        for (uint32_t i = first_[t]; i < first_[t + 1]; i++)
            kernels::add(score, &weights_.sparse[features_[i] * K_], K_);
        kernels::scale(score, share, K_);
        kernels::add(score, weights_.bias.data(), K_);
    }
    chain_.set(weights_.chain, stop);
    chain_gradient_ = ChainWeights(K_);
    double loss = 0;
    for (size_t s = 0; s + 1 < starts_.size(); s++) {
        stop.check();
        const size_t begin = starts_[s], words = starts_[s + 1] - begin;
        add_sides(&sides_[begin * rows], words, K_, &scores_[begin * K_]);
        loss += loss_of(s);
    }
    return loss;
}

// From the gradient of the scores to that of all weights.
void Trainer::collect_gradient()
{
    const size_t n = tags_.size(), rows = kSides * K_;
    std::fill(bias_gradient_.begin(), bias_gradient_.end(), 0.0f);
    // In each sentence the last word stands before none, and the first behind none.
    turned_.assign(rows * n, 0);
    for (size_t s = 0; s + 1 < starts_.size(); s++)
        for (size_t t = starts_[s]; t < starts_[s + 1]; t++)
            for (size_t k = 0; k < K_; k++) {
                const float g = scores_[t * K_ + k];
                bias_gradient_[k] += g;
                // The vector before t, of t itself, and behind it.
                if (t > starts_[s])
                    turned_[k * n + t - 1] = g;
                turned_[(K_ + k) * n + t] = g;
                if (t + 1 < starts_[s + 1])
                    turned_[(2 * K_ + k) * n + t + 1] = g;
            }
    kernels::pack_panels_transposed(vectors_.data(), D_, D_, n, panels_.data());
    kernels::linear(turned_.data(), n, rows, n, panels_.data(), nullptr, D_, dense_gradient_.data(),
                    D_);

    touched_.clear();
    sparse_gradient_.clear();
    const float share = 1 / (1 - plan_.dropout);
    for (size_t t = 0; t < n; t++)
        for (uint32_t i = first_[t]; i < first_[t + 1]; i++) {
            uint32_t &place = place_[features_[i]];
            if (place == 0) {
                touched_.push_back(features_[i]);
                sparse_gradient_.resize(touched_.size() * K_);
                place = static_cast<uint32_t>(touched_.size());
            }
            kernels::add_scaled(&sparse_gradient_[(place - 1) * K_], &scores_[t * K_], share, K_);
        }
    for (const uint32_t feature : touched_)
        place_[feature] = 0;
}

void Trainer::update()
{
    const double left = 1 - static_cast<double>(epoch_ * order_.size() + next_) /
                                static_cast<double>(plan_.epochs * order_.size());
    const auto rate = static_cast<float>(left);
    const size_t dense = kSides * K_ * D_;
    dense_.begin_step(plan_.dense_rate * rate, plan_.dense_decay);
    dense_.update(weights_.dense.data(), dense_gradient_.data(), 0, dense);
    dense_.update(weights_.bias.data(), bias_gradient_.data(), dense, K_);
    if (plan_.loss == Loss::kChain) {
        ChainWeights &chain = weights_.chain;
        dense_.update(chain.first.data(), chain_gradient_.first.data(), dense + K_, K_);
        dense_.update(chain.last.data(), chain_gradient_.last.data(), dense + 2 * K_, K_);
        dense_.update(chain.pairs.data(), chain_gradient_.pairs.data(), dense + 3 * K_, K_ * K_);
    }
    sparse_.begin_step(plan_.sparse_rate * rate, plan_.sparse_decay);
    for (size_t i = 0; i < touched_.size(); i++)
        sparse_.update(&weights_.sparse[touched_[i] * K_], &sparse_gradient_[i * K_],
                       touched_[i] * K_, K_);
}

bool Trainer::advance(int file, encoder::StopFlag stop)
{
    while (epoch_ < plan_.epochs) {
        load_batch(file, stop);
        const double loss = score_batch(stop);
        collect_gradient();
        update();
        losses_ += loss;
        seen_ += static_cast<double>(tags_.size());
        next_ += taken_;
        if (next_ == order_.size()) {
            next_ = 0;
            epoch_++;
            loss_ = losses_ / seen_;
            losses_ = seen_ = 0;
            shuffle(order_, plan_.seed + epoch_);
            break;
        }
        if (stop.pause())
            break;
    }
    return epoch_ < plan_.epochs;
}

} // namespace sbert::tagging
